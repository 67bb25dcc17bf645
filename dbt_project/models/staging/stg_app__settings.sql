with versions as (
    select * from {{ source('app', 'settings_versions') }}
),

-- A later version with an earlier start replaces what it reaches back to.
spans as (
    select
        version,
        document,
        effective_from as valid_from,
        coalesce(
            min(effective_from) over (
                order by version rows between 1 following and unbounded following
            ),
            'infinity'
        ) as valid_to
    from versions
),

-- Before anything was saved, the defaults were in force: an empty document means just that.
defaults as (
    select
        0::bigint as version,
        '{}'::jsonb as document,
        '-infinity'::timestamptz as valid_from,
        coalesce(min(effective_from), 'infinity') as valid_to
    from versions
)

select * from defaults
union all
select * from spans
where valid_from < valid_to
