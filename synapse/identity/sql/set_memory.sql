-- The tables of a refresh are temporary and unknown to the planner's cost limits.
select
    set_config('work_mem', '256MB', true) as work_mem,
    set_config('jit', 'off', true) as jit
