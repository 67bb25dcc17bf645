"""``/admin/secrets``: set, shown once, rotated, tested; no page holds a value but the one just asked for."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from fastapi import APIRouter, Request, Response

from api.dependencies import Bootstrap, CurrentUser, Engine, Reader, State, actor_of
from api.pages.admin import AdminVisit, Form, go_to, menu
from api.pages.rendering import render
from api.pages.visit import Visit
from api.security import AccessState
from synapse.errors import SynapseError
from synapse.security.audit import Actor, record
from synapse.settings.connections.bench import Bench, run_test
from synapse.settings.connections.report import Finding
from synapse.settings.connections.targets import TargetPolicy
from synapse.settings.secrets import (
    KINDS,
    SecretState,
    delete_secret,
    list_secrets,
    put_secret,
    reveal_secret,
    rotate_secret,
)
from synapse.storage import open_store

router = APIRouter(include_in_schema=False, prefix="/admin/secrets")


@dataclass(frozen=True)
class SecretRow:
    """A secret as the page shows it."""

    state: SecretState
    title: str
    is_ours: bool
    test: str


@dataclass(frozen=True)
class Shown:
    """A value that is shown this once."""

    name: str
    value: str


@router.get("")
def secrets(visit: AdminVisit, state: State) -> Response:
    """Show which secrets are set, by whom and when."""
    return _page(visit, state)


@router.post("/{name}")
def change(
    *,
    visit: AdminVisit,
    name: str,
    form: Form,
    user: CurrentUser,
    request: Request,
    bootstrap: Bootstrap,
    engine: Engine,
    state: State,
    reader: Reader,
) -> Response:
    """Set, rotate, show, test or forget a secret."""
    actor = actor_of(request, user)
    intent = form.fields.get("intent", "")
    if intent == "test" and name in KINDS:
        bench = Bench(
            engine=engine,
            open_store=lambda: open_store(bootstrap.objects_url),
            keyring=state.keyring,
            settings=visit.settings,
            policy=TargetPolicy.of(visit.settings.privacy.allow_private_targets),
            now=datetime.now(UTC),
        )
        return _tested(visit, state, name, bench, actor)
    reveal_for = timedelta(minutes=reader.settings().privacy.secret_reveal_minutes)
    now = datetime.now(UTC)
    shown = None
    try:
        keyring = state.require_keyring()
        with engine.begin() as connection:
            if intent == "put":
                value = form.fields.get("value", "")
                put_secret(connection, keyring, name, value, author=actor, now=now, reveal_for=reveal_for)
            elif intent == "rotate":
                rotate_secret(connection, keyring, name, author=actor, now=now, reveal_for=reveal_for)
            elif intent == "delete":
                delete_secret(connection, name, author=actor)
            elif intent == "reveal":
                shown = Shown(name, reveal_secret(connection, keyring, name, author=actor, now=now))
    except SynapseError as error:
        return _page(visit, state, problem=str(error), status=422)
    if shown is None:
        return go_to("/admin/secrets")
    return _page(visit, state, shown=shown)


def _tested(visit: Visit, state: AccessState, name: str, bench: Bench, actor: Actor) -> Response:
    test = KINDS[name].test
    finding = run_test(test, bench)
    after = {"is_working": finding.is_working, "summary": finding.summary.en}
    with bench.engine.begin() as connection:
        record(connection, actor, "connection.test", f"test/{test}", after=after)
    if visit.is_fragment:
        return render(visit, "admin_finding.html", finding=finding)
    return _page(visit, state, finding=finding, tested=name)


def _page(
    visit: Visit,
    state: AccessState,
    *,
    problem: str = "",
    shown: Shown | None = None,
    finding: Finding | None = None,
    tested: str = "",
    status: int = 200,
) -> Response:
    visit.connection.rollback()  # what was just written is to be seen
    rows = [
        SecretRow(
            secret,
            KINDS[secret.name].title.to(visit.language),
            KINDS[secret.name].is_ours,
            KINDS[secret.name].test,
        )
        for secret in list_secrets(visit.connection, now=visit.now)
    ]
    answer = render(
        visit,
        "admin_secrets.html",
        sections=menu(visit.language),
        secrets=rows,
        has_key=state.keyring is not None,
        problem=problem,
        shown=shown,
        finding=finding,
        tested=tested,
    )
    answer.status_code = status
    answer.headers["Cache-Control"] = "no-store"
    return answer
