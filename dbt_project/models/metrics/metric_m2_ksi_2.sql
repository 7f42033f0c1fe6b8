-- One row a month end M and area: M2-KSI-2 多職種連携研修の受講率.
{{ metric_ratio('m2_ksi_2') }}
