-- One row a month end M and area: M2-KGI-1 複合的課題の解決率.
{{ metric_ratio('m2_kgi_1') }}
