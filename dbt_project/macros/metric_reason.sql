{# Why a value is missing, and what must be known beside it; null when there is nothing to say. #}
{% macro kpi_reason(row) -%}
    case
        when {{ row }}.unused_feeds is not null
            then 'この自治体では使わないデータによる指標で、算出しません: ' || {{ row }}.unused_feeds
        else {{ with_unused(kpi_reason_of_used(row), row ~ '.unused_feeds_beside') }}
    end
{%- endmacro %}

{# What feeds that are used lack. #}
{% macro kpi_reason_of_used(row) -%}
    case
        when {{ row }}.missing_feeds is not null
            then 'まだ一度も届いていないデータがあり、算出できません: ' || {{ row }}.missing_feeds
        when {{ row }}.silent_feeds is not null
            then 'この期間のデータが届いておらず、算出できません: ' || {{ row }}.silent_feeds
        when {{ row }}.told_value is null
            then
                {{ row }}.no_value_ja
                || coalesce('。届いていないデータ: ' || {{ row }}.missing_feeds_beside, '')
                || coalesce('。期間の一部しか届いていないデータ: ' || {{ row }}.late_feeds, '')
        when {{ row }}.missing_feeds_beside is not null
            then
                '届いていないデータがあり、対象の一部を数えていません: ' || {{ row }}.missing_feeds_beside
                || coalesce('。期間の一部しか届いていないデータ: ' || {{ row }}.late_feeds, '')
        when {{ row }}.late_feeds is not null
            then '期間の一部しか届いておらず、届いた分による値です: ' || {{ row }}.late_feeds
        when {{ row }}.target is null then '年間の件数の目標は全体にだけあります'
    end
{%- endmacro %}

{# A reason, and behind it the feeds that the municipality does not use, so that nobody takes a part for the whole. #}
{% macro with_unused(reason, unused_feeds) -%}
    nullif(
        concat_ws(
            '。', {{ reason }}, 'この自治体では使わないデータがあり、対象の一部を数えていません: ' || {{ unused_feeds }}
        ), ''
    )
{%- endmacro %}
