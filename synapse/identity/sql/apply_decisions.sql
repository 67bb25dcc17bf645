update core.identity_decisions as decisions
set is_applied = true
from decided
where decisions.id = decided.decision_id and not decisions.is_applied
