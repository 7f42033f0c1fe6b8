-- One row a month end M and area: M3-KSI-2 見守りネットワーク協力機関数.
{{ metric_count('m3_ksi_2') }}
