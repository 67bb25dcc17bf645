{{
    config(indexes=[
        {'columns': ['leak_id'], 'unique': true},
        {'columns': ['status', 'occurred_at']},
        {'columns': ['occurred_on']},
        {'columns': ['contact_id']},
        {'columns': ['conversation_id']},
    ])
}}

with recursive leaks as (
    select
        leaks.*,
        leaks.occurred_at + make_interval(days => thresholds.conversion_window_days) as window_ends_at
    from {{ ref('int_leaks') }} as leaks
    inner join {{ ref('stg_app__thresholds') }} as thresholds
        on leaks.occurred_at >= thresholds.valid_from and leaks.occurred_at < thresholds.valid_to
),

amounts as (
    select * from {{ ref('int_leak_amounts') }}
),

numbered as (
    select
        leak_id,
        contact_key,
        occurred_at,
        window_ends_at,
        row_number() over (partition by contact_key order by occurred_at, leak_id) as position
    from leaks
),

-- A contact's window opens with its first leak and holds all that follow until it ends.
windows as (
    select
        leak_id,
        contact_key,
        position,
        occurred_at as opened_at,
        window_ends_at
    from numbered
    where position = 1

    union all

    select
        numbered.leak_id,
        numbered.contact_key,
        numbered.position,
        case when numbered.occurred_at >= windows.window_ends_at then numbered.occurred_at else windows.opened_at end,
        case
            when numbered.occurred_at >= windows.window_ends_at then numbered.window_ends_at
            else windows.window_ends_at
        end
    from windows
    inner join numbered
        on windows.contact_key = numbered.contact_key and windows.position + 1 = numbered.position
),

priced as (
    select
        leaks.*,
        windows.opened_at,
        case
            when leaks.is_sales then coalesce(amounts.enquiry_amount, overall.enquiry_amount)
            when not leaks.is_sales then 0
            else coalesce(amounts.contact_amount, overall.contact_amount)
        end as full_amount
    from leaks
    inner join windows on leaks.leak_id = windows.leak_id
    left join amounts
        on leaks.channel = amounts.channel and coalesce(leaks.queue, '') = amounts.queue and amounts.channel <> ''
    inner join amounts as overall on overall.channel = ''
),

-- One leak of a window bears its amount: what is lost before what is open, the dearer before the cheaper.
ranked as (
    select
        *,
        row_number() over (
            partition by contact_key, opened_at
            order by
                array_position(array['lost', 'open', 'recovered'], status),
                full_amount desc,
                occurred_at,
                leak_id
        ) = 1 as is_counted
    from priced
),

counted as (
    select
        *,
        case when is_counted then full_amount else 0 end as estimated_amount
    from ranked
)

select
    leak_id,
    kind,
    contact_id,
    conversation_id,
    client_number,
    occurred_at,
    {{ local_date('occurred_at') }} as occurred_on,
    due_at,
    recovered_at,
    status,
    agent_id,
    queue,
    channel,
    source,
    {{ is_in_business_hours('occurred_at') }} as is_in_business_hours,
    attempts,
    estimated_amount::numeric(14, 2) as estimated_amount,
    case when status = 'recovered' then estimated_amount else 0 end::numeric(14, 2) as saved_amount,
    is_counted,
    is_guess,
    explanation
from counted
