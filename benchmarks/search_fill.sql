set session_replication_role = replica;
set maintenance_work_mem = '512MB';
set work_mem = '256MB';
drop index core.ix_search_documents_words;
insert into core.transcript_segments (transcript_id, position, start_seconds, end_seconds, speaker, text)
select id, position, position * 6, position * 6 + 5, case position % 2 when 0 then 'agent' else 'client' end, text
from public.said;
insert into core.transcripts (id, recording_id, version, is_current, engine, model, text, duration_seconds)
overriding system value
select id, id, 'v', true, 'e', 'm', string_agg(text, ' ' order by position), 36
from public.said
group by id;
insert into core.insights (id, transcript_id, version, intent, is_sales_enquiry, intent_confidence, topics)
overriding system value
select id, id, 'v', 'sales', true, 0.9, case when id % 3 = 0 then array['price'] else array['windows', 'measure'] end
from core.transcripts;
insert into core.search_documents (insight_id, labelled_at, words)
select
    insights.id,
    insights.created_at,
    to_tsvector('russian'::regconfig, translate(transcripts.text, 'ёЁ', 'еЕ'))
    || array_to_tsvector(
        array[to_char(timestamptz '2024-01-01 06:00+00' + insights.id * interval '1 minute', '"@"YYYY-MM')]
    )
from core.insights
inner join core.transcripts on insights.transcript_id = transcripts.id;
create index ix_search_documents_words on core.search_documents using gin (words);
insert into core.search_words (word, documents)
select word, ndoc from ts_stat('select words from core.search_documents') where word ~ '^[a-zа-я][a-zа-я-]{2,39}$';
insert into core.search_grams (gram, word)
select distinct substr(' ' || word || ' ', place, 3), word
from core.search_words cross join lateral generate_series(1, length(word)) as places (place);
insert into marts.fct_conversations (
    conversation_id, channel, direction, contact_id, agent_id, started_at, ended_at, started_on, is_answered,
    is_missed, intent, is_sales_enquiry, topics, is_complaint, summary, transcript_id, insight_id
)
select
    'call:' || id, 'call', 'inbound', id % 100000, (100 + id % 20)::text,
    timestamptz '2024-01-01 09:00+03' + id * interval '1 minute', timestamptz '2024-01-01 09:02+03' + id * interval '1 minute',
    (timestamptz '2024-01-01 09:00+03' + id * interval '1 minute')::date, true, false, intent, true, topics, false,
    'Клиент спросил о цене.', id, id
from core.insights;
create unique index on marts.fct_conversations (conversation_id);
create index on marts.fct_conversations (started_at, conversation_id);
create index on marts.fct_conversations (contact_id);
create index on marts.fct_conversations (started_on);
create index on marts.fct_conversations (insight_id);
vacuum analyze core.transcript_segments;
vacuum analyze core.search_documents;
vacuum analyze core.search_words;
vacuum analyze core.search_grams;
vacuum analyze marts.fct_conversations
