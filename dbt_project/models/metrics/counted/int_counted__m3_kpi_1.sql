-- One row a valid answer and month end M: whether mutual help is felt (M3-KPI-1).
{{ counted_answers('mutual_help', 'answer >= ' ~ threshold('kpi_mutual_help_from')) }}
