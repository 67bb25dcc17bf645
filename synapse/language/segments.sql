select
    transcript_id,
    position,
    speaker,
    start_seconds,
    end_seconds,
    text
from core.transcript_segments
where transcript_id = any(:transcripts)
order by transcript_id, position
