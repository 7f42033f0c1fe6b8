{# Why a value is missing, or what must be known beside it; null when there is nothing to say. #}
{% macro kpi_reason(row) -%}
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
