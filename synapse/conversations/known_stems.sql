select
    asked.word,
    stems.lexeme,
    words.documents
from unnest(cast(:words as text [])) as asked (word)
cross join lateral unnest(to_tsvector('russian'::regconfig, asked.word)) as stems
left join core.search_words as words on stems.lexeme = words.word
