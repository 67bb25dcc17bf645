select
    extract(epoch from max(finished_at) filter (where state = 'good')) as made_at,
    extract(epoch from max(checked_at) filter (where check_error is null)) as checked_at
from app.backups
