-- One row a month end M and area: M3-KGI-1 社会的孤立状態にある住民の割合.
{{ metric_survey('m3_kgi_1') }}
