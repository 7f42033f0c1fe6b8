-- One row a respondent of the residents' survey and fiscal year, weighted to the newest month that it tells of.
with deliveries as (
    select
        month_end_date,
        -- The survey's base date is the first day of its fiscal year.
        cast(extract(year from base_date) as integer) as survey_fiscal_year
    from {{ ref('int_month__delivered') }}
    where feed = 'ishiki'
),

responses as (
    select
        deliveries.survey_fiscal_year,
        responses.*
    from {{ ref('int_survey__at_month') }} as responses
    inner join deliveries on responses.month_end_date = deliveries.month_end_date
    qualify
        row_number() over (
            partition by deliveries.survey_fiscal_year, responses.response_id order by responses.month_end_date desc
        ) = 1
),

weights as (
    select * from {{ ref('int_survey__weighted') }}
    where question = 'response'
)

select
    responses.survey_fiscal_year,
    responses.response_id,
    responses.age_class,
    responses.sex,
    responses.area_code,
    responses.is_foreign,
    responses.knows_desk,
    responses.takes_part,
    responses.mutual_help,
    responses.lsns_1,
    responses.lsns_2,
    responses.lsns_3,
    responses.lsns_4,
    responses.lsns_5,
    responses.lsns_6,
    -- Null unless all six were answered.
    responses.lsns_1 + responses.lsns_2 + responses.lsns_3 + responses.lsns_4 + responses.lsns_5 + responses.lsns_6
        as lsns_total,
    cast(weights.weight as double) as weight,
    responses.month_end_date as weighted_at
from responses
left join weights
    on responses.month_end_date = weights.month_end_date and responses.response_id = weights.response_id
