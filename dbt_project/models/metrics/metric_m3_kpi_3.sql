-- One row a month end M and area: M3-KPI-3 地域活動の担い手育成数.
{{ metric_count('m3_kpi_3') }}
