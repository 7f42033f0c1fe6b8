"""What each zone shows of consultations, consent and lists of persons: key columns, other columns, SQL, whole or not.

None of these relations has months: each is as last told, and a story may expect it at any moment.
"""

from __future__ import annotations

_MONTHS = "(select month_end_date from intermediate.int_month__spined) cross join"
_IS_THERE = "case when {} is not null then 'yes' end"

SECRECY_CHECKS: dict[str, tuple[tuple[str, ...], tuple[str, ...], str, bool]] = {
    "expect cases": (
        ("id",),
        ("person", "household", "area", "desk", "issues", "agency", "conference", "joined", "compound"),
        f"""
        with action as (
            select case_id, string_agg(agency_code, '+' order by agency_code) as agency from core.fct_support_action
            group by case_id
        ),
        taken_part as (
            select case_id, string_agg(concat_ws('@', agency_code, area_code, person_id), '+') as joined
            from core.fct_participation group by case_id
        )
        select month_end_date, replace(shown.case_id, 'c-soudan-', ''), {_IS_THERE.format("shown.person_id")},
            {_IS_THERE.format("shown.household_id")}, shown.area_code, shown.desk_code, shown.issues, action.agency,
            plan.has_conference, nullif(taken_part.joined, ''), shown.is_compound_issue
        from {_MONTHS} core.fct_consultation as shown
        left join action using (case_id)
        left join core.fct_plan as plan using (case_id)
        left join taken_part using (case_id)
        """,
        False,
    ),
    "expect restricted cases": (
        ("id",),
        ("person", "area", "desk", "issues"),
        f"""
        select month_end_date, replace(case_id, 'c-soudan-', ''), {_IS_THERE.format("person_id")},
            area_code, desk_code, issues
        from {_MONTHS} restricted.fct_consultation
        """,
        False,
    ),
    "expect journeys": (
        ("desk",),
        ("count",),
        """
        select month_end_date, desk_code, consultation_count from marts.mart_desk_journey
        """,
        False,
    ),
    "expect consents": (
        ("id", "given"),
        ("withdrawn", "in_force"),
        f"""
        select month_end_date, replace(case_id, 'c-soudan-', ''), given_on, withdrawn_on, is_in_force
        from {_MONTHS} restricted.consent
        """,
        False,
    ),
    "expect shared": (
        ("id",),
        ("is_listed", "address", "phone"),
        f"""
        select month_end_date, replace(every.case_id, 'c-soudan-', ''), {_IS_THERE.format("listed.case_id")},
            listed.address, listed.phone
        from {_MONTHS} restricted.fct_consultation as every
        left join intermediate.int_consulter__consenting as listed using (case_id)
        """,
        False,
    ),
    "expect unmarked": (
        ("no",),
        ("address", "area", "needs"),
        """
        select month_end_date, substring(person_id, 2), address, area_code, concat_ws('+',
            case when has_elderly_need then 'elderly' end, case when has_disability_need then 'disability' end,
            case when has_child_need then 'child' end, case when has_poverty_need then 'poverty' end)
        from intermediate.int_member__unmarked
        """,
        True,
    ),
}
