-- One row a month end M and area: M1-KSI-1 相談窓口の認知度.
{{ metric_survey('m1_ksi_1') }}
