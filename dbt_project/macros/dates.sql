{#
  Dates that are partly known carry the earliest and the latest day they can be. A start counts from its
  earliest day, an end has passed only when its latest day has: nobody is lost for a day that is not known.
#}

{# In force at a day: the start has come (a blank start has not), and the end, the last day in force, has not passed. #}
{% macro is_in_force(starts_on, ends_on, at) -%}
    ({{ starts_on }}_earliest <= {{ at }} and coalesce({{ ends_on }}_latest >= {{ at }}, true))
{%- endmacro %}

{# Returned, closed, abolished or suspended by a day, that day included. #}
{% macro has_ended(ended_on, at) -%}
    coalesce({{ ended_on }}_latest <= {{ at }}, false)
{%- endmacro %}

{# Begun by a day, that day included; blank is not begun. #}
{% macro has_begun(began_on, at) -%}
    coalesce({{ began_on }}_earliest <= {{ at }}, false)
{%- endmacro %}

{# In the so many days up to a day, that day included: an event on a day that is partly known may have been in them. #}
{% macro is_in_days_up_to(happened_on, days, at) -%}
    coalesce(
        {{ happened_on }}_earliest <= {{ at }} and {{ happened_on }}_latest > {{ days_before(at, days) }}, false
    )
{%- endmacro %}

{# Open at a day: not still to open (a place whose first day nobody noted is there), and not closed by it. #}
{% macro is_open(opened_on, closed_on, at) -%}
    (coalesce({{ opened_on }}_earliest <= {{ at }}, true) and not {{ has_ended(closed_on, at) }})
{%- endmacro %}

{# Open on any of the so many days up to a day: what is closed on a day is not open on it. #}
{% macro is_open_in_days_up_to(opened_on, closed_on, days, at) -%}
    (
        coalesce({{ opened_on }}_earliest <= {{ at }}, false)
        and coalesce({{ closed_on }}_latest > {{ days_before(at, days ~ ' - 1') }}, true)
    )
{%- endmacro %}
