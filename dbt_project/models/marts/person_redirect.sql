-- One row a person id that analysts saw and that stands for nobody any more: the id to read instead.
with redirects as (
    select * from {{ source('link', 'person_redirect') }}
),

known as (
    select distinct retired_surrogate
    from {{ source('link', 'retired_surrogate_feed') }}
    -- Whom youtai alone knew was nobody's to see.
    where feed <> 'youtai'
),

persons as (
    select * from {{ ref('dim_person') }}
)

select
    redirects.retired_person_id,
    persons.person_id
from redirects
inner join known on redirects.retired_surrogate = known.retired_surrogate
-- An id that leads to a person who is nobody's to see leads nowhere here.
left join persons on redirects.person_id = persons.person_id
