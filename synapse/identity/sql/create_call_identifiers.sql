create temporary table call_identifiers (
    kind text not null,
    value text not null,
    first_seen_at timestamptz not null,
    last_seen_at timestamptz not null,
    name text,
    name_seen_at timestamptz
) on commit drop
