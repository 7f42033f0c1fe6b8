-- One row a month end M and area: M1-KPI-4 アウトリーチ支援実施件数.
{{ metric_count('m1_kpi_4') }}
