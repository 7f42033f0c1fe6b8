-- One row a month end M, question and valid answer: how many residents it stands for (docs/adr/0019).
with answers as (
    select * from {{ ref('int_survey__answered') }}
),

age_classes as (
    select * from {{ ref('survey_age_class') }}
),

answered_cells as (
    select
        answers.month_end_date,
        answers.question,
        answers.sex,
        answers.area_code,
        answers.age_class,
        age_classes.sort_order,
        count(*) as answer_count
    from answers
    inner join age_classes on answers.age_class = age_classes.age_class
    group by all
),

population as (
    select
        cells.*,
        age_classes.sort_order
    from {{ ref('int_population__cell') }} as cells
    inner join age_classes on cells.age_class = age_classes.age_class
),

stood_for as (
    select
        answered_cells.*,
        population.resident_count
    from population
    inner join answered_cells
        on
            population.month_end_date = answered_cells.month_end_date
            and population.sex = answered_cells.sex
            and population.area_code = answered_cells.area_code
    -- Residents of an age class without an answer are told by the nearest one with, of two as near the younger.
    qualify
        row_number() over (
            partition by
                population.month_end_date, answered_cells.question, population.sex, population.area_code,
                population.age_class
            order by abs(population.sort_order - answered_cells.sort_order), answered_cells.sort_order
        ) = 1
),

represented as (
    select
        month_end_date,
        question,
        sex,
        area_code,
        age_class,
        answer_count,
        sum(resident_count) as resident_count
    from stood_for
    group by all
)

select
    answers.month_end_date,
    answers.question,
    answers.response_id,
    answers.age_class,
    answers.sex,
    answers.area_code,
    answers.answer,
    {{ amount('represented.resident_count / cast(represented.answer_count as double)') }} as weight
from answers
-- An answer of a cell where nobody lives stands for nobody.
inner join represented
    on
        answers.month_end_date = represented.month_end_date
        and answers.question = represented.question
        and answers.sex = represented.sex
        and answers.area_code = represented.area_code
        and answers.age_class = represented.age_class
