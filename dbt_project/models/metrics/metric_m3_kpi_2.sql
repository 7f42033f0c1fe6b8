-- One row a month end M and area: M3-KPI-2 地域課題の住民主体解決率.
{{ metric_ratio('m3_kpi_2') }}
