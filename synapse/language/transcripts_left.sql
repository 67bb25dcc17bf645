select count(*)
from core.transcripts as transcripts
left join core.insights as insights on transcripts.id = insights.transcript_id
where transcripts.is_current and insights.version is distinct from :version
