-- Merges by hand that touch a member.
create temporary table decided_merges on commit drop as
select distinct
    decided.id,
    decided.other_id
from decided
where
    decided.verdict = 'merge'
    and decided.holds
    and (decided.id in (select id from members) or decided.other_id in (select id from members))
