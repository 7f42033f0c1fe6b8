-- One row a month end M and area: M3-KPI-4 住民主体の地域活動創出数.
{{ metric_count('m3_kpi_4') }}
