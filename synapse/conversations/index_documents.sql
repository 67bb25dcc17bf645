with wanted as (
    select
        insights.id,
        insights.transcript_id,
        insights.channel,
        insights.thread_id,
        insights.first_message_id,
        insights.created_at
    from core.insights as insights
    left join core.search_documents as documents on insights.id = documents.insight_id
    where insights.id > :after and documents.labelled_at is distinct from insights.created_at
    order by insights.id
    limit :batch
),

spoken as (
    select
        wanted.id,
        transcripts.text
    from wanted
    inner join core.transcripts as transcripts on wanted.transcript_id = transcripts.id
),

-- A part of a thread ends where the next one, that has labels of its own, begins.
written as (
    select
        wanted.id,
        string_agg(messages.text, chr(10) order by messages.sent_at, messages.id) as text
    from wanted
    inner join raw.messages as first_ones
        on
            wanted.channel = first_ones.channel
            and wanted.thread_id = first_ones.thread_id
            and wanted.first_message_id = first_ones.message_id
    left join lateral (
        select min(others.sent_at) as sent_at
        from core.insights as parts
        inner join raw.messages as others
            on
                parts.channel = others.channel
                and parts.thread_id = others.thread_id
                and parts.first_message_id = others.message_id
        where
            parts.channel = wanted.channel
            and parts.thread_id = wanted.thread_id
            and others.sent_at > first_ones.sent_at
    ) as following on true
    inner join raw.messages as messages
        on
            wanted.channel = messages.channel
            and wanted.thread_id = messages.thread_id
            and first_ones.sent_at <= messages.sent_at
            and (following.sent_at is null or messages.sent_at < following.sent_at)
    group by wanted.id
),

texts as (
    select * from spoken
    union all
    select * from written
),

stored as (
    insert into core.search_documents (insight_id, labelled_at, words)
    select
        wanted.id,
        wanted.created_at,
        to_tsvector('russian'::regconfig, translate(coalesce(texts.text, ''), 'ёЁ', 'еЕ'))
    from wanted
    left join texts on wanted.id = texts.id
    on conflict (insight_id) do update set labelled_at = excluded.labelled_at, words = excluded.words
    returning insight_id, words, xmax = 0 as is_new
),

counted as (
    select
        stems.lexeme as word,
        count(*) as documents
    from stored
    cross join lateral unnest(stored.words) as stems
    where stored.is_new and stems.lexeme ~ '^[a-zа-я][a-zа-я-]{2,39}$'
    group by stems.lexeme
),

known as (
    insert into core.search_words as words (word, documents)
    select
        word,
        documents
    from counted
    order by word
    on conflict (word) do update set documents = words.documents + excluded.documents
    returning word, xmax = 0 as is_new
),

grams as (
    insert into core.search_grams (gram, word)
    select distinct
        substr(' ' || known.word || ' ', places.place, 3),
        known.word
    from known
    cross join lateral generate_series(1, length(known.word)) as places (place)
    where known.is_new
    on conflict do nothing
)

select
    count(*) as documents,
    max(insight_id) as last_id
from stored
