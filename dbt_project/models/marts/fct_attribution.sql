{{
    config(indexes=[
        {'columns': ['enquiry_id', 'attribution_model', 'touch_number'], 'unique': true},
        {'columns': ['attribution_model', 'enquired_on']},
    ])
}}

with paths as (
    select
        paths.*,
        removal_effects.removal_effect,
        coalesce(paths.source <> '(direct)', false) as is_named,
        power(
            0.5,
            extract(epoch from paths.enquired_at - paths.touched_at) / extract(epoch from interval '7 days')
        )::double precision as recency
    from {{ ref('int_attribution_paths') }} as paths
    left join {{ ref('int_removal_effects') }} as removal_effects
        on paths.touch_channel = removal_effects.touch_channel
),

sums as (
    select
        *,
        max(case when is_named then touch_number end) over enquiry as last_named_touch,
        sum(recency) over enquiry as all_recency,
        coalesce(sum(removal_effect) over enquiry, 0) as all_effect
    from paths
    window enquiry as (partition by enquiry_id)
),

shares as (
    select
        sums.*,
        given.attribution_model,
        round(given.share::numeric, 6) as rounded
    from sums
    cross join
        lateral (
            values
            ('first', case when sums.touch_number = 1 then 1 else 0 end),
            ('last', case when sums.touch_number = sums.touches then 1 else 0 end),
            (
                'last_non_direct',
                case when sums.touch_number = coalesce(sums.last_named_touch, sums.touches) then 1 else 0 end
            ),
            ('linear', 1.0::double precision / sums.touches),
            (
                'position_based',
                case
                    when sums.touches <= 2 then 1.0::double precision / sums.touches
                    when sums.touch_number in (1, sums.touches) then 0.4
                    else 0.2 / (sums.touches - 2)
                end
            ),
            ('time_decay', sums.recency / sums.all_recency),
            (
                'data_driven',
                case
                    when sums.all_effect > 0 then coalesce(sums.removal_effect, 0) / sums.all_effect
                    else 1.0::double precision / sums.touches
                end
            )
        ) as given (attribution_model, share)
),

-- What rounding took or gave goes to the touch with the greatest share, the latest of equal ones.
credits as (
    select
        *,
        rounded + case
            when
                row_number() over (
                    partition by enquiry_id, attribution_model order by rounded desc, touch_number desc
                ) = 1
                then 1 - sum(rounded) over (partition by enquiry_id, attribution_model)
            else 0
        end as credit
    from shares
)

select
    enquiry_id,
    attribution_model,
    touch_number,
    touches,
    touched_at,
    session_key,
    source,
    medium,
    campaign,
    credit::numeric(9, 6) as credit,
    (credit * net_amount)::numeric(20, 8) as credited_amount,
    enquired_at,
    {{ local_date('enquired_at') }} as enquired_on,
    is_converted,
    is_matured
from credits
