select count(*) as "Замолчало"
from bi.rpt_sources
where freshness = 'stale'
