-- One row a month end M and area: M3-KPI-1 住民の互助意識(地域の支え合い実感度).
{{ metric_survey('m3_kpi_1') }}
