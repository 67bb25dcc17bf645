select
    state,
    count(*) as recordings
from core.recordings
group by state
