-- One row a valid answer and month end M: whether the respondent took part in community activities (M3-KGI-2).
{{ counted_answers('takes_part', is_kpi_code('cast(answer as varchar)', 'takes_part')) }}
