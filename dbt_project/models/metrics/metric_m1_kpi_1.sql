-- One row a month end M and area: M1-KPI-1 複合的課題を持つ相談者の支援開始までの期間.
{{ metric_ratio('m1_kpi_1', scale=1) }}
