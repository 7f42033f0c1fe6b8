-- One row a month end M and area: M3-KGI-2 地域活動参加率.
{{ metric_survey('m3_kgi_2') }}
