-- One row a month end M and area: M1-KGI-1 複合的課題を抱える世帯の支援率.
{{ metric_ratio('m1_kgi_1') }}
