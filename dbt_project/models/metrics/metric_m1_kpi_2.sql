-- One row a month end M and area: M1-KPI-2 相談者満足度.
{{ metric_ratio('m1_kpi_2') }}
