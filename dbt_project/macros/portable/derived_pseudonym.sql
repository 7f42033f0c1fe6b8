{#
  A further pseudonym from one that was made with the key, of its form (docs/adr/0007): the letter before it, then 20
  letters of the base32 alphabet, here 80 bits of SHA-256. Who lacks the key learns from it only which id it came of.
#}
{% macro derived_pseudonym(id, suffix) -%} {{ return(adapter.dispatch('derived_pseudonym')(id, suffix)) }} {%- endmacro %}

{% macro default__derived_pseudonym(id, suffix) -%}
    substring({{ id }}, 1, 1)
    || translate(substring(sha256({{ id }} || '|' || {{ suffix }}), 1, 20), '0189', 'ghij')
{%- endmacro %}
