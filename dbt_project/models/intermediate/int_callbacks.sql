{{ config(indexes=[{'columns': ['contact_key', 'ended_at', 'call_id']}, {'columns': ['call_id'], 'unique': true}]) }}

-- Calls are named where they are looked up: a CTE that is used twice would hide their index.
with thresholds as (
    select * from {{ ref('stg_app__thresholds') }}
),

missed as (
    select * from {{ ref('int_calls') }}
    where is_missed
),

reached as (
    select
        missed.call_id,
        later.answered_at as reached_at
    from missed
    cross join
        lateral (
            select calls.answered_at
            from {{ ref('int_calls') }} as calls
            where
                calls.contact_key = missed.contact_key
                and calls.started_at > missed.started_at
                and calls.answered_at is not null
            order by calls.answered_at
            limit 1
        ) as later
    where missed.client_number is not null
)

select
    missed.call_id,
    missed.contact_key,
    missed.contact_id,
    missed.client_number,
    missed.ended_at,
    reached.reached_at,
    missed.ended_at + make_interval(mins => thresholds.callback_within_minutes) as due_at,
    thresholds.callback_within_minutes * 60 as threshold_seconds,
    coalesce(
        reached.reached_at <= missed.ended_at + make_interval(mins => thresholds.callback_within_minutes), false
    ) as is_called_back,
    (
        select count(*)
        from {{ ref('int_calls') }} as attempt
        where
            attempt.contact_key = missed.contact_key
            and attempt.direction = 'outbound'
            and not attempt.is_answered
            and attempt.started_at >= missed.ended_at
    )::int as attempts
from missed
left join reached on missed.call_id = reached.call_id
inner join thresholds on missed.ended_at >= thresholds.valid_from and missed.ended_at < thresholds.valid_to
