-- One row a month end M and area: M1-KGI-2 制度の狭間にある住民の早期支援率.
{{ metric_ratio('m1_kgi_2') }}
