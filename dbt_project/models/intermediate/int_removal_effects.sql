-- A first-order Markov chain over the paths of matured enquiries: start → channel → … → bought or not. A
-- channel's removal effect is the share of purchases that would be missing if every path stopped at it. The
-- chance of buying from each channel is found by iteration, once for the whole chain (removed is null) and once
-- without each channel; rare channels stand together as one node.
with recursive paths as (
    select
        enquiry_id,
        touch_number,
        touches,
        is_converted,
        touch_channel
    from {{ ref('int_attribution_paths') }}
    where is_matured
),

frequent as (
    select
        touch_channel,
        row_number() over (order by count(*) desc, touch_channel) as frequency_rank
    from paths
    group by touch_channel
),

nodes as (
    select
        touch_channel,
        least(frequency_rank, {{ var('markov_channels') }} + 1)::int as node
    from frequent
),

steps as (
    select
        paths.enquiry_id,
        paths.touch_number,
        paths.touches,
        paths.is_converted,
        nodes.node,
        lead(nodes.node) over (partition by paths.enquiry_id order by paths.touch_number) as next_node
    from paths
    inner join nodes on paths.touch_channel = nodes.touch_channel
),

node_totals as (
    select
        node,
        count(*)::double precision as visits,
        count(*) filter (where touch_number = 1)::double precision as starts,
        (count(*) filter (where touch_number = touches and is_converted))::double precision as purchases
    from steps
    group by node
),

edges as (
    select
        steps.node,
        steps.next_node,
        count(*) / node_totals.visits as probability
    from steps
    inner join node_totals on steps.node = node_totals.node
    where steps.next_node is not null
    group by steps.node, steps.next_node, node_totals.visits
),

removals as (
    select null::int as removed
    union all
    select node from node_totals
),

-- chances[n]: chance to buy from node n on; nodes are numbered without gaps.
chances_by_round as (
    select
        removals.removed,
        0 as round_number,
        (select array_agg(0::double precision) from node_totals) as chances
    from removals

    union all

    select
        chances_by_round.removed,
        chances_by_round.round_number + 1 as round_number,
        (
            select
                array_agg(
                    case
                        when node_totals.node = chances_by_round.removed then 0
                        else
                            node_totals.purchases / node_totals.visits + coalesce((
                                select sum(edges.probability * chances_by_round.chances[edges.next_node])
                                from edges
                                where edges.node = node_totals.node
                            ), 0)
                    end
                    order by node_totals.node
                )
            from node_totals
        ) as chances
    from chances_by_round
    where chances_by_round.round_number < {{ var('markov_rounds') }}
),

totals as (
    select
        chances_by_round.removed,
        sum(node_totals.starts * chances_by_round.chances[node_totals.node]) as purchases
    from chances_by_round
    cross join node_totals
    where chances_by_round.round_number = {{ var('markov_rounds') }}
    group by chances_by_round.removed
)

select
    nodes.touch_channel,
    case
        when whole.purchases > 0
            then round(greatest(1 - without.purchases / whole.purchases, 0)::numeric, 9)
        else 0
    end as removal_effect
from nodes
inner join totals as without on nodes.node = without.removed
inner join totals as whole on whole.removed is null
