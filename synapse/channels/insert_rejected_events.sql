insert into raw.rejected_rows (source, reason_code, reason, original)
select 'web_events', reason_code, reason, original
from json_to_recordset(%s) as reject (reason_code text, reason text, original text)
