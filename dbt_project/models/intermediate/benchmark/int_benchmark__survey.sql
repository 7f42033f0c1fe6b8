-- One row an indicator of the brief that the residents' survey answers and month end M.
with answers as (
    select * from {{ ref('int_survey__weighted') }}
    where question = 'knows_desk'
),

responses as (
    select * from {{ ref('int_survey__at_month') }}
),

foreign_answers as (
    select
        answers.month_end_date,
        answers.weight,
        {{ is_in_code_set('cast(answers.answer as varchar)', 'knows_desk') }} as knows_desk
    from answers
    inner join responses
        on answers.month_end_date = responses.month_end_date and answers.response_id = responses.response_id
    -- The survey asks people, not households: foreign residents who answered stand for foreign households.
    where responses.is_foreign
)

select
    month_end_date,
    'desk_unknown_foreign_share' as indicator_id,
    cast({{ percent('sum(weight) filter (where not knows_desk)', 'sum(weight)') }} as double) as value
from foreign_answers
group by month_end_date
