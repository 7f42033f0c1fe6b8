-- One row an indicator of the brief on partners and month end M.
with agencies as (
    select
        month_end_date,
        agency_code,
        field_kind,
        -- 協定終了日 is the last day in force.
        {{ is_in_force('agreement_from', 'agreement_to', 'month_end_date') }} as has_agreement
    from {{ ref('int_agency__at_month') }}
),

organisations as (
    select
        month_end_date,
        organisation_name,
        industry
    from {{ ref('int_agreement__at_month') }}
    where {{ is_in_force('concluded_on', 'ended_on', 'month_end_date') }}
),

codes as (
    select * from {{ ref('benchmark_code') }}
),

months as (
    select month_end_date from {{ ref('int_month__spined') }}
),

linked as (
    select
        agencies.month_end_date,
        codes.code_set
    from agencies
    inner join codes on codes.field = 'agency_field' and agencies.field_kind = codes.code
    where agencies.has_agreement
    union
    select
        organisations.month_end_date,
        codes.code_set
    from organisations
    inner join codes on codes.field = 'industry' and organisations.industry = codes.code
)

select
    month_end_date,
    'agreement_agencies' as indicator_id,
    cast(count(*) filter (where has_agreement) as double) as value
from agencies
group by month_end_date
union all
-- The nation's figure is a share of municipalities; ours is linked (100) or not (0).
select
    months.month_end_date,
    codes.code_set || '_share' as indicator_id,
    case when linked.code_set is null then 0.0 else 100.0 end as value
from months
inner join codes on starts_with(codes.code_set, 'linked_')
left join linked on months.month_end_date = linked.month_end_date and codes.code_set = linked.code_set
