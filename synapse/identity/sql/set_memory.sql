-- The tables of a refresh are temporary and unknown to the planner's cost limits.
select
    set_config('work_mem', '256MB', true) as work_mem,
    set_config('hash_mem_multiplier', '4', true) as hash_mem_multiplier,
    set_config('maintenance_work_mem', '256MB', true) as maintenance_work_mem,
    set_config('jit', 'off', true) as jit
