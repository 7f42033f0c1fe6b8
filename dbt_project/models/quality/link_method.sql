-- One row a feed, role and method: how many records found their person so.
with links as (
    select * from {{ source('link', 'person_link') }}
),

terms as (
    select * from {{ ref('link_term') }}
    where kind = 'method'
),

counted as (
    select
        feed,
        role,
        method,
        count(*) as linked_count
    from links
    where
        -- The register is what the others are linked to.
        feed <> 'jumin'
        -- That a youtai case exists is itself secret, and so is how many there are.
        and feed <> 'youtai'
    group by feed, role, method
)

select
    counted.feed,
    counted.role,
    counted.method,
    coalesce(terms.label, counted.method) as method_label,
    terms.meaning as method_meaning,
    terms.sort_order,
    cast(counted.linked_count as bigint) as linked_count,
    cast(sum(counted.linked_count) over (partition by counted.feed, counted.role) as bigint) as record_total
from counted
left join terms on counted.method = terms.code
