"""``/admin/audit``: who changed what, when and from where; filtered by the address line, exported as CSV."""

from datetime import date, datetime, time, timedelta
from typing import Annotated

import orjson
from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, StringConstraints

from api.pages.admin import AdminVisit, menu
from api.pages.catalogues import translate
from api.pages.exports import csv_response
from api.pages.rendering import render
from api.pages.visit import Visit
from synapse.security.audit import AuditFilter, entries, every_entry

router = APIRouter(include_in_schema=False, prefix="/admin")
_PAGE = 50
ACTIONS = (
    "settings.save",
    "settings.rollback",
    "settings.import",
    "profile.create",
    "profile.activate",
    "profile.import",
    "profile.delete",
    "secret.put",
    "secret.rotate",
    "secret.reveal",
    "secret.delete",
    "secret.encrypt_again",
    "user.set",
    "user.forget",
    "key.create",
    "key.revoke",
    "connection.test",
)
Text = Annotated[str, StringConstraints(max_length=300, pattern=r"^[^\x00]*$")]


class AuditQuery(BaseModel):
    """Filters in the address."""

    actor: Text = ""
    action: Text = ""
    subject: Text = ""
    since: str = ""
    until: str = ""

    def filter(self, visit: Visit) -> AuditFilter:
        """The lines that are wanted; days are the company's."""
        return AuditFilter(
            self.actor, self.action, self.subject, _day(self.since, visit), _day(self.until, visit, days=1)
        )


def _day(text: str, visit: Visit, *, days: int = 0) -> datetime | None:
    try:
        day = date.fromisoformat(text) + timedelta(days=days)
    except (ValueError, OverflowError):
        return None
    return datetime.combine(day, time(), visit.zone)


def audit_query(
    actor: Annotated[Text, Query()] = "",
    action: Annotated[Text, Query()] = "",
    subject: Annotated[Text, Query()] = "",
    since: Annotated[str, Query(max_length=10)] = "",
    until: Annotated[str, Query(max_length=10)] = "",
) -> AuditQuery:
    """Read the filters."""
    return AuditQuery(actor=actor, action=action, subject=subject, since=since, until=until)


Filters = Annotated[AuditQuery, Depends(audit_query)]


@router.get("/audit")
def audit(
    visit: AdminVisit, query: Filters, before: Annotated[int | None, Query(ge=1, le=2**62)] = None
) -> Response:
    """Show the audit log, newest first."""
    found = entries(visit.connection, query.filter(visit), older_than=before, limit=_PAGE)
    actions = [(action, translate(visit.language, f"audit.{action}")) for action in ACTIONS]
    return render(
        visit,
        "admin_audit.html",
        sections=menu(visit.language),
        entries=found,
        query=query.model_dump(),
        actions=actions,
        following=found[-1].id if len(found) == _PAGE else None,
    )


@router.get("/audit.csv")
def audit_csv(visit: AdminVisit, query: Filters) -> Response:
    """The same lines as a file."""
    columns = ["column.when", "admin.audit.actor", "admin.audit.role", "admin.audit.address"]
    columns += [
        "admin.audit.action",
        "admin.audit.subject",
        "admin.before",
        "admin.after",
        "admin.audit.request",
    ]
    cells = (
        (
            entry.occurred_at,
            entry.actor,
            entry.role,
            entry.address,
            entry.action,
            entry.subject,
            orjson.dumps(entry.before).decode() if entry.before is not None else "",
            orjson.dumps(entry.after).decode() if entry.after is not None else "",
            entry.request_id,
        )
        for entry in every_entry(visit.connection, query.filter(visit))
    )
    return csv_response(visit, "audit", columns, cells)
