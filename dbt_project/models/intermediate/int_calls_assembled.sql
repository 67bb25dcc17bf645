{{ config(indexes=[{'columns': ['call_id'], 'unique': true}]) }}

with legs as (
    select * from {{ ref('int_call_legs') }}
),

queue_calls as (
    select * from {{ ref('int_queue_calls') }}
),

thresholds as (
    select * from {{ ref('stg_app__thresholds') }}
),

-- The leg that opened the call tells who called whom.
origins as (
    select distinct on (call_id)
        call_id,
        from_number,
        from_phone,
        caller_extension,
        to_number,
        to_phone,
        caller_extension is not null
        or ({{ is_internal_number('from_number') }} and not coalesce(is_from_trunk, false)) as is_from_inside
    from legs
    order by call_id, uniqueid = call_id desc, started_at, is_from_local_channel, sequence, call_record_id
),

outside_targets as (
    select distinct on (call_id)
        call_id,
        to_number,
        to_phone
    from legs
    where to_number ~ '^\+?\d+$' and not {{ is_internal_number('to_number') }}
    order by call_id, started_at, call_record_id
),

-- Evidence in the PBX's event log, complete once the call's own channel is hung up.
logged_calls as (
    select
        call_id,
        bool_or(is_complete and uniqueid = call_id) as is_complete,
        min(bridged_at) filter (where extension is not null and not is_local) as agent_bridged_at,
        min(bridged_at) filter (where extension is null and not is_local) as client_bridged_at,
        sum(transfers)::int as transfers,
        (array_agg(extension order by bridged_at) filter (
            where extension is not null and not is_local and bridged_at is not null
        ))[1] as first_bridged_extension
    from {{ ref('int_channels') }}
    group by call_id
),

-- Some PBXs log no bridges: their CEL says nothing about answers.
has_bridges as (
    select exists(
        select 1 from {{ ref('int_channels') }}
        where bridged_at is not null
    ) as is_logged
),

leg_groups as (
    select
        call_id,
        count(*)::int as legs,
        min(started_at) as started_at,
        max(ended_at) as ended_at,
        max(did) as did,
        bool_or(is_queue_leg) as is_queue_call,
        (array_agg(queue order by started_at, call_record_id) filter (where queue is not null))[1] as queue,
        -- The second half of a Local channel is answered when the agent is; the first when the queue is.
        min(answered_at) filter (
            where is_answered and agent_extension is not null and not is_to_local_channel and is_from_local_channel
        ) as local_agent_answered_at,
        min(answered_at) filter (where is_answered and agent_extension is not null) as agent_answered_at,
        min(answered_at) filter (
            where is_answered and agent_extension is not null and not is_queue_leg
        ) as dialled_agent_answered_at,
        min(answered_at) filter (
            where is_answered and has_destination and agent_extension is null and not is_to_local_channel
        ) as outside_answered_at,
        count(distinct agent_extension) filter (where is_answered and agent_extension is not null)::int
            as talking_agents,
        (array_agg(agent_extension order by answered_at, started_at, call_record_id) filter (
            where is_answered and agent_extension is not null
        ))[1] as answering_extension,
        (array_agg(agent_extension order by started_at, sequence, call_record_id) filter (
            where agent_extension is not null
        ))[1] as first_rung_extension,
        array_agg(distinct agent_extension) filter (where agent_extension is not null) as rung_extensions
    from legs
    group by call_id
),

joined as (
    select
        leg_groups.*,
        origins.from_number,
        origins.from_phone,
        origins.caller_extension,
        coalesce(outside_targets.to_number, origins.to_number) as to_number,
        outside_targets.to_phone,
        case
            when not origins.is_from_inside then 'inbound'
            when outside_targets.call_id is not null then 'outbound'
            else 'internal'
        end as direction,
        coalesce(logged_calls.is_complete, false) and has_bridges.is_logged as is_logged,
        logged_calls.agent_bridged_at,
        logged_calls.client_bridged_at,
        logged_calls.first_bridged_extension,
        logged_calls.transfers as logged_transfers,
        queue_calls.call_id is not null as is_queue_logged,
        queue_calls.queue as logged_queue,
        queue_calls.connected_at,
        queue_calls.agent_id as connected_agent_id,
        coalesce(queue_calls.agent_ids, '{}') as queue_agent_ids,
        coalesce(queue_calls.transfers, 0) as queue_transfers,
        coalesce(queue_calls.hold_seconds, 0) as hold_seconds
    from leg_groups
    inner join origins on leg_groups.call_id = origins.call_id
    left join outside_targets on leg_groups.call_id = outside_targets.call_id
    left join logged_calls on leg_groups.call_id = logged_calls.call_id
    left join queue_calls on leg_groups.call_id = queue_calls.call_id
    cross join has_bridges
),

-- The best witness of a person's answer: the bridge, else the queue's log, else the agent's own CDR row.
answers as (
    select
        *,
        case
            when direction = 'outbound' and outside_answered_at is not null
                then coalesce(client_bridged_at, outside_answered_at)
            when direction = 'outbound' then null
            when is_logged then coalesce(agent_bridged_at, connected_at)
            when connected_at is not null then least(connected_at, dialled_agent_answered_at)
            when is_queue_logged then dialled_agent_answered_at
            else coalesce(local_agent_answered_at, agent_answered_at)
        end as answered_at
    from joined
),

-- Talk lasts as long as answered legs do; what an agent asks a colleague meanwhile is no talk with the client.
talks as (
    select
        answers.call_id,
        -- CDR holds whole seconds, CEL fractions: cut both alike.
        range_agg(tstzrange(greatest(legs.answered_at, date_trunc('second', answers.answered_at)), legs.ended_at))
            as spans
    from answers
    inner join legs on answers.call_id = legs.call_id
    where
        legs.is_answered
        and legs.has_destination
        and legs.ended_at > answers.answered_at
        and (
            answers.direction = 'internal'
            or legs.caller_extension is null
            or legs.is_from_local_channel
            or legs.agent_extension is null
            or legs.uniqueid = legs.call_id
        )
    group by answers.call_id
),

talk_times as (
    select
        talks.call_id,
        floor(sum(extract(epoch from upper(talk.span) - lower(talk.span))))::int as talk_seconds
    from talks
    cross join lateral unnest(talks.spans) as talk (span)
    group by talks.call_id
),

facts as (
    select
        answers.*,
        talk_times.talk_seconds,
        answers.answered_at is not null as is_answered,
        greatest(
            {{ seconds_between('answers.started_at', 'coalesce(answers.answered_at, answers.ended_at)') }}, 0
        ) as wait_seconds,
        case
            when answers.direction <> 'inbound' then answers.caller_extension
            when answers.answered_at is null then coalesce(answers.first_rung_extension, answers.queue_agent_ids[1])
            else coalesce(
                    answers.first_bridged_extension,
                    answers.connected_agent_id,
                    answers.answering_extension,
                    answers.first_rung_extension
                )
        end as first_agent_id
    from answers
    left join talk_times on answers.call_id = talk_times.call_id
)

select
    facts.call_id,
    facts.direction,
    facts.from_number,
    case
        when facts.direction = 'inbound' then coalesce(facts.did, facts.to_number)
        else facts.to_number
    end as to_number,
    case facts.direction
        when 'inbound' then facts.from_phone
        when 'outbound' then facts.to_phone
    end as client_number,
    facts.direction = 'inbound'
    and facts.from_phone is null
    and {{ is_hidden_number('facts.from_number') }} as is_hidden_number,
    coalesce(
        facts.first_agent_id,
        case when facts.direction in ('outbound', 'internal') then facts.from_number end
    ) as first_agent_id,
    array(
        select distinct agent.id
        from
            unnest(
                coalesce(facts.rung_extensions, '{}')
                || facts.queue_agent_ids
                || array[facts.first_agent_id, facts.caller_extension]
            ) as agent (id)
        where agent.id is not null
        order by agent.id
    ) as agent_ids,
    coalesce(facts.logged_queue, facts.queue) as queue,
    facts.started_at,
    facts.answered_at,
    facts.ended_at,
    facts.wait_seconds,
    case
        when not facts.is_answered then 0
        else coalesce(facts.talk_seconds, {{ seconds_between('facts.answered_at', 'facts.ended_at') }})
    end as talk_seconds,
    facts.hold_seconds,
    facts.is_answered,
    facts.direction = 'inbound'
    and not facts.is_answered
    and facts.wait_seconds >= thresholds.short_abandon_seconds as is_missed,
    facts.direction = 'inbound'
    and not facts.is_answered
    and facts.wait_seconds < thresholds.short_abandon_seconds as is_short_abandon,
    greatest(
        facts.logged_transfers,
        facts.queue_transfers,
        case when facts.direction = 'inbound' and not facts.is_logged then facts.talking_agents - 1 end,
        0
    ) as transfers,
    facts.legs
from facts
inner join thresholds on facts.started_at >= thresholds.valid_from and facts.started_at < thresholds.valid_to
