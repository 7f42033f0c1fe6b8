-- One row a month end M and area: M2-KPI-1 複合的課題を抱える世帯の社会的孤立の改善率.
{{ metric_ratio('m2_kpi_1') }}
