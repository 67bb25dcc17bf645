-- Stems that share at least a third of their trigrams with a mistyped one, likest first.
select
    grams.word,
    words.documents,
    count(*)::float / greatest(length(grams.word), length(cast(:typed as text))) as likeness
from core.search_grams as grams
inner join core.search_words as words on grams.word = words.word
where
    grams.gram = any(:grams)
    and length(grams.word) between length(cast(:typed as text)) - 2 and length(cast(:typed as text)) + 2
group by grams.word, words.documents
having count(*)::float / greatest(length(grams.word), length(cast(:typed as text))) >= 0.25
order by likeness desc, words.documents desc
limit 60
