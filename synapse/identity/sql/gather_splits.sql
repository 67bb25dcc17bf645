create temporary table decided_splits on commit drop as
select distinct id
from decided
where verdict = 'split' and holds
