select
    (select max(loaded_at) from raw.files) as files,
    (select max(id) from raw.call_records) as call_records,
    (select max(received_at) from raw.web_events) as web_events,
    (select max(id) from raw.messages) as messages,
    (select max(id) from core.transcripts) as transcripts,
    (select max(id) from core.insights) as insights,
    (select max(probed_at) from core.recordings) as recordings,
    (select max(id) from app.match_decisions) as match_decisions,
    (select max(id) from core.identity_decisions) as identity_decisions,
    (select max(version) from app.settings_versions) as settings
