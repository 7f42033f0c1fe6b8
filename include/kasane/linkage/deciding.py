"""What becomes of each pair: linked, reviewed or nothing; vetoes and close rivals send it to people."""

from __future__ import annotations

import duckdb

from kasane.linkage.scoring import bits_of, level_column
from kasane.linkage.spec import Labels, Spec, Veto
from kasane.sql import double, literal

BETWEEN, RIVAL, CONTRADICTED = "between_thresholds", "close_rival", "number_contradicted"


def least_bits(spec: Spec) -> float:
    """The weight below which a pair changes nothing: neither linked, nor reviewed, nor a rival of one that is."""
    thresholds = spec.thresholds
    return min(bits_of(thresholds.review), bits_of(thresholds.link) - thresholds.rival_bits)


def holds(spec: Spec, labels: Labels) -> str:
    """Whether a scored pair stands at one of the labels of each comparison named."""
    conditions = []
    for name, wanted in labels.items():
        places = ", ".join(str(spec.comparisons[name].labels.index(label)) for label in wanted)
        conditions.append(f"{level_column(name)} in ({places})")
    return " and ".join(conditions) or "true"


def decide(connection: duckdb.DuckDBPyConnection, spec: Spec) -> None:
    """Write ``linkage_decided``: the scored pairs with ``verdict`` (link, review or nothing), ``reason`` and
    ``is_deterministic``.

    ``linkage_decision`` holds what reviewers said: a, b, decision. A rival: of the candidates of one record among
    those of which one alone can be its person, the next best is within ``rival_bits`` of the best.
    """
    thresholds = spec.thresholds
    link, review = double(bits_of(thresholds.link)), double(bits_of(thresholds.review))
    rival = double(thresholds.rival_bits)
    deterministic = holds(spec, spec.deterministic) if spec.deterministic is not None else "false"
    connection.execute(
        f"""
        create or replace temp table linkage_decided as
        with vetoed as (
            select scored.*, {_veto(spec, "review")} as veto, {_veto(spec, "nothing")} as bar,
                l.source as a_source, l.is_single as a_is_single, r.source as b_source, r.is_single as b_is_single
            from linkage_scored as scored
            join linkage_record as l on scored.a = l.i join linkage_record as r on scored.b = r.i
        ),
        candidates as (
            select vetoed.* from vetoed
            anti join linkage_decision as said
                on said.decision = 'cannot_link' and said.a = vetoed.a and said.b = vetoed.b
            where bar is null
        ),
        ranked as (
            select *,
                (b_is_single and {_lead("a", "b_source")} < {rival})
                or (a_is_single and {_lead("b", "a_source")} < {rival}) as has_rival
            from candidates
        )
        select * exclude (veto, bar, a_source, b_source, a_is_single, b_is_single),
            case
                when weight >= {link} and veto is null and not has_rival then 'link'
                when weight >= {review} then 'review'
                else 'nothing'
            end as verdict,
            case when veto is not null then veto when has_rival then '{RIVAL}' else '{BETWEEN}' end as reason,
            {deterministic} as is_deterministic
        from ranked
        """
    )


def _lead(of: str, among: str) -> str:
    """How many bits a pair is ahead of the next best of the same record among one source; 1000 without another."""
    window = f"partition by {of}, {among} order by weight desc, a, b"
    return (
        f"(case row_number() over ({window})"
        f" when 1 then weight - coalesce(lead(weight) over ({window}), weight - 1000)"
        f" else weight - first_value(weight) over ({window}) - 0.001 end)"
    )


def _veto(spec: Spec, to: str) -> str:
    """The name of the first veto that sends a pair there; null where none does."""
    vetoes = [veto for veto in spec.vetoes if veto.to == to]
    if not vetoes:
        return "null::varchar"
    return f"case {' '.join(f'when {_any(spec, veto)} then {literal(veto.name)}' for veto in vetoes)} end"


def _any(spec: Spec, veto: Veto) -> str:
    return " or ".join(f"({holds(spec, labels)})" for labels in veto.when)
