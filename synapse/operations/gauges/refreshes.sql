select extract(epoch from max(finished_at)) as finished_at from core.refreshes
