update core.contact_identifiers as known
set
    first_seen_at = least(known.first_seen_at, seen.first_seen_at),
    last_seen_at = greatest(known.last_seen_at, seen.last_seen_at),
    name = case when seen.has_better_name then seen.name else known.name end,
    name_rank = case when seen.has_better_name then seen.name_rank else known.name_rank end,
    name_seen_at = case when seen.has_better_name then seen.name_seen_at else known.name_seen_at end
from seen
where
    not seen.is_new
    and known.id = seen.id
    and (
        seen.first_seen_at < known.first_seen_at
        or seen.last_seen_at > known.last_seen_at
        or seen.has_better_name
    )
