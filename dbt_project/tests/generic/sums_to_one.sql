{#- Groups of rows whose shares do not sum to exactly 1. -#}
{% test sums_to_one(model, keys, share) %}

select {{ keys | join(', ') }}
from {{ model }}
group by {{ keys | join(', ') }}
having sum({{ share }}) <> 1

{% endtest %}
