-- Version, free connections, and schemas on which the role lacks rights.
select
    current_setting('server_version') as version,
    current_setting('max_connections')::int as most,
    current_setting('max_connections')::int
    - current_setting('superuser_reserved_connections')::int
    - (select count(*) from pg_stat_activity where backend_type = 'client backend')::int as free,
    array(
        select needed.name
        from unnest(array['raw', 'core', 'app']) as needed (name)
        where
            not exists (select from pg_namespace where nspname = needed.name)
            or not has_schema_privilege(needed.name, 'USAGE, CREATE')
    ) as missing
