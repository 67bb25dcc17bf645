create temporary table subgraph_links on commit drop as
select
    links.identifier_id,
    links.other_id
from core.identity_links as links
inner join members on links.identifier_id = members.id
where members.contact_id > 0
union
select
    links.identifier_id,
    links.other_id
from core.identity_links as links
inner join members on links.other_id = members.id
where members.contact_id > 0
union all
select
    identifier_id,
    other_id
from new_links
