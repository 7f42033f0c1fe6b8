-- One row a valid answer and month end M: whether the desk is known (M1-KSI-1).
{{ counted_answers('knows_desk', is_kpi_code('cast(answer as varchar)', 'knows_desk')) }}
