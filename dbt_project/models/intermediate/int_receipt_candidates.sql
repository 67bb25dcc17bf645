{{ config(indexes=[{'columns': ['receipt_id']}, {'columns': ['enquiry_id']}]) }}

with pairs as (
    select * from {{ ref('int_receipt_pairs') }}
),

weights as (
    select * from {{ ref('int_receipt_weights') }}
),

base_rate as (
    select power(2, bits) as odds from weights
    where comparison = 'prior'
),

claimed as (
    select distinct enquiry_id from pairs
    where identity is not null
),

-- How many enquiries a receipt of that day could have come from; a guess is only for those that nobody has claimed.
receipt_days as (
    select distinct (issued_at at time zone 'UTC')::date as day_on from pairs
),

enquiry_days as (
    select
        (enquiries.enquired_at at time zone 'UTC')::date as opens_on,
        (enquiries.window_ends_at at time zone 'UTC')::date as closes_on,
        count(*) as enquiries,
        count(*) filter (where claimed.enquiry_id is null) as free_enquiries
    from {{ ref('int_enquiries') }} as enquiries
    left join claimed on enquiries.enquiry_id = claimed.enquiry_id
    group by opens_on, closes_on
),

chances as (
    select
        receipt_days.day_on,
        base_rate.odds / greatest(coalesce(sum(enquiry_days.enquiries), 0), 1) as odds,
        base_rate.odds / greatest(coalesce(sum(enquiry_days.free_enquiries), 0), 1) as free_odds
    from receipt_days
    cross join base_rate
    left join enquiry_days on receipt_days.day_on between enquiry_days.opens_on and enquiry_days.closes_on
    group by receipt_days.day_on, base_rate.odds
),

weighed as (
    select
        pairs.*,
        coalesce(by_identity.bits, 0) as identity_bits,
        coalesce(by_name.bits, 0) as name_bits,
        coalesce(by_manager.bits, 0) as manager_bits,
        coalesce(by_time.bits, 0) as time_bits,
        coalesce(by_visit.bits, 0) as visit_bits,
        coalesce(by_amount.bits, 0) as amount_bits,
        case when pairs.identity is null then chances.free_odds else chances.odds end as prior_odds
    from pairs
    inner join chances on (pairs.issued_at at time zone 'UTC')::date = chances.day_on
    left join weights as by_identity
        on by_identity.comparison = 'identity' and pairs.identity = by_identity.level
    left join weights as by_name on by_name.comparison = 'name' and pairs.name = by_name.level
    left join weights as by_manager on by_manager.comparison = 'manager' and pairs.manager = by_manager.level
    left join weights as by_time on by_time.comparison = 'time' and pairs.time = by_time.level
    left join weights as by_visit on by_visit.comparison = 'visit' and pairs.visit = by_visit.level
    left join weights as by_amount on by_amount.comparison = 'amount' and pairs.amount = by_amount.level
),

scored as (
    select
        *,
        identity_bits + name_bits + manager_bits + time_bits + visit_bits + amount_bits as bits,
        prior_odds
        * power(2, identity_bits + name_bits + manager_bits + time_bits + visit_bits + amount_bits) as odds
    from weighed
),

-- Whom nothing names is guessed, and guesses compete: for one buyer the enquiries, for one enquiry the buyers.
offers as (
    select
        customer_key,
        enquiry_id,
        max(odds) as odds
    from scored
    where identity is null
    group by customer_key, enquiry_id
),

contested as (
    select
        *,
        odds / (1 + sum(odds) over (partition by enquiry_id) - odds) as free_odds
    from offers
),

chosen as (
    select
        assigned.bidder as customer_key,
        assigned.thing as enquiry_id
    from (
        select
            array_agg(customer_key) as bidders,
            array_agg(enquiry_id) as things,
            array_agg(ln(odds)) as weights
        from offers
        where odds > 1
    ) as all_offers
    cross join lateral intermediate.best_assignment(
        all_offers.bidders, all_offers.things, all_offers.weights
    ) as assigned
),

guessed as (
    select
        scored.receipt_id,
        scored.enquiry_id,
        chosen.enquiry_id is not null as is_assigned,
        -- several receipts of one buyer share the rivals' claims, not each other's
        scored.odds * (contested.free_odds / contested.odds) as free_odds
    from scored
    inner join contested
        on scored.customer_key = contested.customer_key and scored.enquiry_id = contested.enquiry_id
    left join chosen on scored.customer_key = chosen.customer_key and scored.enquiry_id = chosen.enquiry_id
    where scored.identity is null
),

-- Pairs by one identifier are one person's or one family's: they do not speak against each other, guesses do.
rivals as (
    select
        scored.receipt_id,
        sum(guessed.free_odds) as guessed_odds,
        coalesce(sum(scored.odds) filter (where scored.identity is not null), 0) as known_odds
    from scored
    left join guessed on scored.receipt_id = guessed.receipt_id and scored.enquiry_id = guessed.enquiry_id
    group by scored.receipt_id
)

select
    scored.receipt_id,
    scored.enquiry_id,
    scored.enquired_at,
    scored.issued_at,
    coalesce(scored.identity, case when scored.name = 'two_words' then 'name' else 'talk' end) as method,
    coalesce(guessed.is_assigned, true) as is_assigned,
    round((case
        when guessed.receipt_id is null then scored.odds / (1 + scored.odds + coalesce(rivals.guessed_odds, 0))
        else guessed.free_odds / (1 + rivals.guessed_odds + rivals.known_odds)
    end)::numeric, 3)::double precision as score,
    scored.bits,
    jsonb_strip_nulls(jsonb_build_object(
        'identity', scored.identity || ' ' || round(scored.identity_bits::numeric, 1),
        'name', scored.name || ' ' || round(scored.name_bits::numeric, 1),
        'manager', scored.manager || ' ' || round(scored.manager_bits::numeric, 1),
        'time', scored.time || ' ' || round(scored.time_bits::numeric, 1),
        'visit', scored.visit || ' ' || round(scored.visit_bits::numeric, 1),
        'amount', scored.amount || ' ' || round(scored.amount_bits::numeric, 1)
    )) as reasons
from scored
inner join rivals on scored.receipt_id = rivals.receipt_id
left join guessed on scored.receipt_id = guessed.receipt_id and scored.enquiry_id = guessed.enquiry_id
