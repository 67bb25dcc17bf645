-- Ends of links that are no members: shared or split off.
create temporary table neighbours on commit drop as
select
    known.id,
    known.kind
from core.contact_identifiers as known
where
    known.id in (
        select identifier_id from subgraph_links
        union
        select other_id from subgraph_links
        union
        select id from decided_merges
        union
        select other_id from decided_merges
        except
        select id from members
    )
