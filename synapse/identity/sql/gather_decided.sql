-- Decisions that hold or were just taken back, with the numbers of their identifiers; unseen ones are null.
create temporary table decided on commit drop as
with numbered as (
    select
        decisions.id as decision_id,
        decisions.verdict,
        decisions.revoked_at is null as holds,
        decisions.is_applied,
        coalesce(known.id, fresh.id) as id,
        coalesce(other_known.id, other_fresh.id) as other_id,
        known.contact_id,
        other_known.contact_id as other_contact_id,
        known.id is null or (decisions.verdict = 'merge' and other_known.id is null) as is_first_seen
    from core.identity_decisions as decisions
    left join core.contact_identifiers as known
        on decisions.kind = known.kind and decisions.value = known.value
    left join seen as fresh
        on decisions.kind = fresh.kind and decisions.value = fresh.value and fresh.is_new
    left join core.contact_identifiers as other_known
        on decisions.other_kind = other_known.kind and decisions.other_value = other_known.value
    left join seen as other_fresh
        on
            decisions.other_kind = other_fresh.kind
            and decisions.other_value = other_fresh.value
            and other_fresh.is_new
    where decisions.revoked_at is null or not decisions.is_applied
)

select *
from numbered
where id is not null and (verdict = 'split' or other_id is not null)
