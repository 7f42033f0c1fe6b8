-- One row a respondent who answered all six LSNS questions and month end M: whether isolated (M3-KGI-1).
{{ counted_answers('lsns_total', 'answer < ' ~ threshold('kpi_isolation_score_under')) }}
