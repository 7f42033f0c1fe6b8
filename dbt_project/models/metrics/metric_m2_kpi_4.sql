-- One row a month end M and area: M2-KPI-4 参加支援プログラム実施件数.
{{ metric_count('m2_kpi_4') }}
