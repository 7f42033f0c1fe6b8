-- One row a month end M and area: M1-KPI-3 総合相談窓口設置数.
{{ metric_ratio('m1_kpi_3', scale=1) }}
