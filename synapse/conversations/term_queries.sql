select
    cast(
        case terms.kind
            when 'phrase' then phraseto_tsquery('russian'::regconfig, terms.term)
            when 'prefix' then to_tsquery('russian'::regconfig, '''' || terms.term || ''':*')
            else plainto_tsquery('russian'::regconfig, terms.term)
        end as text
    ) as query
from unnest(cast(:kinds as text []), cast(:texts as text [])) with ordinality as terms (kind, term, place)
order by terms.place
