"""``/admin/settings``: every section as a form made from its schema; checked, compared, then saved."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from api.dependencies import Bootstrap, Engine, Reader, State, actor_of
from api.pages.admin import AdminVisit, Form, SentForm, go_to, menu
from api.pages.catalogues import translate
from api.pages.forms import fields_of, values_of
from api.pages.rendering import render
from api.pages.visit import Visit
from synapse.security.audit import record
from synapse.security.roles import Role
from synapse.security.users import User
from synapse.settings.base import Section
from synapse.settings.changes import Change, changes_between
from synapse.settings.connections.bench import TESTS_OF_SECTION, Bench, run_test
from synapse.settings.connections.report import Finding
from synapse.settings.connections.targets import TargetPolicy
from synapse.settings.documents import dump, place, section_kind, section_of
from synapse.settings.logo import LogoRefusedError, check_logo, store_logo
from synapse.settings.profiles import list_profiles
from synapse.settings.secrets import list_secrets
from synapse.settings.store import VersionConflictError, current_settings, save_section, section_version
from synapse.settings.validation import InvalidSettingsError, check_document
from synapse.storage import open_store

router = APIRouter(include_in_schema=False, prefix="/admin/settings")


@dataclass(frozen=True)
class Draft:
    """A section while it is being edited.

    Attributes:
        name: Dotted name.
        kind: Its model.
        values: What stands in the form.
        seen: Version in which the section last changed when the form was made.
        comment: Why.
        errors: What is wrong, by field; the empty name is the whole section.
        changes: What would change.
        finding: What a test found.
        is_reviewed: The differences are shown and wait for a yes.
    """

    name: str
    kind: type[Section]
    values: Mapping[str, Any]
    seen: int
    comment: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    finding: Finding | None = None
    is_reviewed: bool = False


@router.get("")
def overview(visit: AdminVisit) -> Response:
    """Show all sections, the version in force and the active profile."""
    return render(
        visit,
        "admin_overview.html",
        sections=menu(visit.language),
        current=current_settings(visit.connection),
        profiles=list_profiles(visit.connection),
        secrets=list_secrets(visit.connection, now=visit.now),
    )


@router.get("/{name}")
def section(
    visit: AdminVisit, name: str, saved: Annotated[int | None, Query(ge=0, le=2**62)] = None
) -> Response:
    """Show the form of a section."""
    kind = section_kind(name)
    values = section_of(current_settings(visit.connection).settings, name).model_dump(mode="json")
    return _page(visit, Draft(name, kind, values, section_version(visit.connection, name)), saved=saved)


@router.post("/{name}")
def edit(
    *,
    visit: AdminVisit,
    name: str,
    form: Form,
    request: Request,
    bootstrap: Bootstrap,
    engine: Engine,
    state: State,
    reader: Reader,
) -> Response:
    """Check what was sent; then show the differences, save them, or run a test with them."""
    kind = section_kind(name)
    values = values_of(kind, form.fields)
    draft = Draft(name, kind, values, form.number("seen"), form.fields.get("comment", "")[:500])
    intent = form.fields.get("intent", "review")
    try:
        if name == "branding":
            draft = replace(draft, values=_with_logo(draft.values, form, intent, bootstrap))
        document = place(dump(current_settings(visit.connection).settings), name, draft.values)
        settings = check_document(document)
        actor = actor_of(request, _user(visit))
        if actor.vet is not None:
            actor.vet(visit.connection, settings.access)
    except InvalidSettingsError as error:
        return _page(visit, replace(draft, errors=_errors(error, draft, visit)), status=422)
    except LogoRefusedError as error:
        return _page(visit, replace(draft, errors={"logo": str(error)}), status=422)
    if intent.startswith("test:"):
        bench = Bench(
            engine=engine,
            open_store=lambda: open_store(bootstrap.objects_url),
            keyring=state.keyring,
            settings=settings,
            policy=TargetPolicy.of(reader.settings().privacy.allow_private_targets),
            now=datetime.now(UTC),
            upload=form.upload,
        )
        return _tested(visit, draft, intent.removeprefix("test:"), bench, request)
    if intent == "save":
        return _saved(visit, draft, request, engine, reader)
    changes = changes_between(dump(current_settings(visit.connection).settings), dump(settings))
    return _page(visit, replace(draft, changes=changes, is_reviewed=True))


def _with_logo(
    values: Mapping[str, Any], form: SentForm, intent: str, bootstrap: Bootstrap
) -> Mapping[str, Any]:
    """The values with the chosen picture's key; the picture lies in the storage before it is named."""
    if intent == "logo-off":
        return {**values, "logo": ""}
    if form.upload is None:
        return values
    logo = check_logo(form.upload.content)
    return {**values, "logo": store_logo(open_store(bootstrap.objects_url), logo)}


def _saved(visit: Visit, draft: Draft, request: Request, engine: Engine, reader: Reader) -> Response:
    try:
        with engine.begin() as connection:
            version = save_section(
                connection,
                draft.name,
                draft.values,
                author=actor_of(request, _user(visit)),
                expected_version=draft.seen,
                comment=draft.comment,
            )
    except VersionConflictError:
        late = {"": translate(visit.language, "admin.conflict")}
        seen = section_version(visit.connection, draft.name)
        return _page(visit, replace(draft, errors=late, seen=seen), status=412)
    reader.expire()
    return go_to(f"/admin/settings/{draft.name}", {"saved": version})


def _tested(visit: Visit, draft: Draft, test: str, bench: Bench, request: Request) -> Response:
    finding = run_test(test, bench)
    after = {"is_working": finding.is_working, "summary": finding.summary.en}
    with bench.engine.begin() as connection:
        actor = actor_of(request, _user(visit))
        record(connection, actor, "connection.test", f"test/{test}", after=after)
    if visit.is_fragment:
        return render(visit, "admin_finding.html", finding=finding)
    return _page(visit, replace(draft, finding=finding))


def _user(visit: Visit) -> User:
    return User(visit.user, Role(visit.role), visit.is_local)


def _errors(error: InvalidSettingsError, draft: Draft, visit: Visit) -> dict[str, str]:
    """Messages by field; those of other sections go to the whole form, with their path."""
    own = "/" + draft.name.replace(".", "/") + "/"
    found: dict[str, str] = {}
    for problem in error.problems:
        message = problem.message.to(visit.language)
        if problem.path.startswith(own):
            field_name, _, rest = problem.path.removeprefix(own).partition("/")
            text = f"{rest.replace('/', ' → ')}: {message}" if rest else message
            found[field_name] = f"{found[field_name]}; {text}" if field_name in found else text
        else:
            found[""] = f"{problem.path.strip('/').replace('/', ' → ')}: {message}"
    return found


def _page(visit: Visit, draft: Draft, *, saved: int | None = None, status: int = 200) -> Response:
    answer = render(
        visit,
        "admin_section.html",
        sections=menu(visit.language),
        draft=draft,
        title=draft.kind.title.to(visit.language),
        fields=fields_of(draft.kind, draft.values, visit.language, draft.errors),
        tests=TESTS_OF_SECTION.get(draft.name, ()),
        saved=saved,
    )
    answer.status_code = status
    return answer
