{%- set weight = var('shrinkage_enquiries', 20) -%}

with outcomes as (
    select
        *,
        window_ends_at <= {{ now() }} as is_window_over
    from {{ ref('int_enquiry_outcomes') }}
),

company as (
    select count(*) filter (where is_window_over) >= {{ weight }} as has_history from outcomes
),

-- Only windows that are over: a fresh enquiry is known early when it buys and late when it does not, so that
-- the known ones alone would make every purchase look certain. A company with too short a history
-- is priced by what was bought so far, which is too low rather than too high.
enquiries as (
    select outcomes.*
    from outcomes
    cross join company
    where outcomes.is_window_over or not company.has_history
),

labelled_conversations as (
    select * from {{ ref('int_conversations') }}
    where direction = 'inbound' and is_sales_enquiry is not null
),

enquiry_groups as (
    select
        channel,
        coalesce(queue, '') as queue,
        count(*) as enquiries,
        count(*) filter (where is_converted) as purchases,
        percentile_cont(0.5) within group (order by first_receipt_amount) as median_amount
    from enquiries
    group by channel, coalesce(queue, '')
),

enquiries_overall as (
    select
        coalesce(avg(is_converted::int), 0)::double precision as purchase_ratio,
        coalesce(percentile_cont(0.5) within group (order by first_receipt_amount), 0) as median_amount
    from enquiries
),

conversation_groups as (
    select
        channel,
        coalesce(queue, '') as queue,
        count(*) as conversations,
        count(*) filter (where is_sales_enquiry) as sales
    from labelled_conversations
    group by channel, coalesce(queue, '')
),

conversations_overall as (
    select coalesce(avg(is_sales_enquiry::int), 0)::double precision as sales_ratio
    from labelled_conversations
),

-- The row without a channel prices what has no group of its own.
groups as (
    select
        channel,
        queue
    from enquiry_groups
    union
    select
        channel,
        queue
    from conversation_groups
    union
    select
        '',
        ''
),

shrunk as (
    select
        groups.channel,
        groups.queue,
        coalesce(enquiry_groups.enquiries, 0) as matured_enquiries,
        (coalesce(enquiry_groups.purchases, 0) + {{ weight }} * enquiries_overall.purchase_ratio)
        / (coalesce(enquiry_groups.enquiries, 0) + {{ weight }}) as purchase_ratio,
        (coalesce(conversation_groups.sales, 0) + {{ weight }} * conversations_overall.sales_ratio)
        / (coalesce(conversation_groups.conversations, 0) + {{ weight }}) as sales_ratio,
        case
            when enquiry_groups.purchases >= {{ weight }} then enquiry_groups.median_amount
            else enquiries_overall.median_amount
        end as median_amount
    from groups
    cross join enquiries_overall
    cross join conversations_overall
    left join enquiry_groups on groups.channel = enquiry_groups.channel and groups.queue = enquiry_groups.queue
    left join conversation_groups
        on groups.channel = conversation_groups.channel and groups.queue = conversation_groups.queue
)

select
    channel,
    queue,
    matured_enquiries,
    purchase_ratio,
    sales_ratio,
    median_amount::numeric(14, 2) as median_amount,
    round((purchase_ratio * median_amount)::numeric, 2)::numeric(14, 2) as enquiry_amount,
    round((sales_ratio * purchase_ratio * median_amount)::numeric, 2)::numeric(14, 2) as contact_amount
from shrunk
