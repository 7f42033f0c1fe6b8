-- One row a month end M and area: M2-KPI-3 多機関連携による支援調整件数.
{{ metric_count('m2_kpi_3') }}
