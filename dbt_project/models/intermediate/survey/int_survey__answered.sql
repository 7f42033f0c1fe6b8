-- One row a month end M, question and respondent of the survey in force with a valid answer to the question.
with responses as (
    select
        *,
        -- Null unless all six were answered.
        lsns_1 + lsns_2 + lsns_3 + lsns_4 + lsns_5 + lsns_6 as lsns_total
    from {{ ref('int_survey__at_month') }}
),

answers as (
    select
        *,
        'knows_desk' as question,
        knows_desk as answer
    from responses
    union all
    select
        *,
        'takes_part' as question,
        takes_part as answer
    from responses
    union all
    select
        *,
        'mutual_help' as question,
        mutual_help as answer
    from responses
    union all
    select
        *,
        'lsns_total' as question,
        lsns_total as answer
    from responses
    union all
    -- Whoever answered at all: the respondent's weight in general.
    select
        *,
        'response' as question,
        1 as answer
    from responses
)

select
    month_end_date,
    question,
    response_id,
    age_class,
    sex,
    area_code,
    cast(answer as integer) as answer
from answers
-- Without age class, sex and area nobody knows whom an answer stands for.
where answer is not null and age_class is not null and sex is not null and area_code is not null
