-- One row a month end M and area: M1-KSI-2 相談支援専門職の配置率.
{{ metric_ratio('m1_ksi_2') }}
