"""Settings: versions, sections, checks, history, profiles. Administrators only, and workers by API key."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from api.config_models import (
    ChangelogAnswer,
    ChangelogItem,
    FieldChange,
    FullAnswer,
    RollbackBody,
    Saved,
    ShortText,
    ValidationAnswer,
    ValidationBody,
    VersionAnswer,
)
from api.dependencies import Administrator, Engine, Reader, actor_of
from api.json_body import JsonObject
from api.languages import language_of
from api.problems import FieldError, ProblemError, responses
from api.settings_access import settings_caller
from synapse.settings.changes import changes_between
from synapse.settings.documents import SECTIONS, dump, place, section_kind, section_of
from synapse.settings.store import (
    SettingsVersion,
    changelog,
    current_settings,
    roll_back,
    save_section,
    section_version,
)
from synapse.settings.validation import InvalidSettingsError, check_document

router = APIRouter(prefix="/config", tags=["settings"], responses=responses(401, 403, 503))
_ETAG = re.compile(r'"(\d{1,18})"')
_MAX_VERSION = 2**63 - 1

SectionName = Annotated[
    str, Path(description="Dotted name, such as asr or integrations.mail", examples=["asr"])
]
Version = Annotated[int, Path(ge=1, le=_MAX_VERSION)]
IfMatch = Annotated[str | None, Header(description="ETag of the values that were edited, or *")]
_READS = [Depends(settings_caller)]


def etag(version: int) -> str:
    """Return a version as a strong ETag."""
    return f'"{version}"'


def expected_version(if_match: str | None) -> int | None:
    """Return the version that ``If-Match`` names; None for ``*``.

    Raises:
        ProblemError: 428 without the header, 412 for one that can match nothing.
    """
    if if_match is None:
        raise ProblemError(428, "Send If-Match with the ETag of the values you edited.")
    if if_match.strip() == "*":
        return None
    found = _ETAG.fullmatch(if_match.strip())
    if found is None:
        raise ProblemError(412, "If-Match names no version.")
    return int(found[1])


@router.get(
    "/version",
    dependencies=_READS,
    response_model=VersionAnswer,
    responses={304: {"description": "Still the version that If-None-Match names"}},
)
async def version(reader: Reader, if_none_match: Annotated[str | None, Header()] = None) -> Response:
    """Return the number of the version in force; cheap enough to be asked every second."""
    current = reader.fresh() or await _looked_up(reader)
    headers = {"ETag": etag(current.version), "Cache-Control": "no-cache"}
    if if_none_match is not None and etag(current.version) in if_none_match:
        return Response(status_code=304, headers=headers)
    body = VersionAnswer(version=current.version, profile=current.profile).model_dump_json()
    return Response(body, media_type="application/json", headers=headers)


async def _looked_up(reader: Reader) -> SettingsVersion:
    return await run_in_threadpool(reader.current)


@router.get("/full", dependencies=_READS)
def full(engine: Engine, response: Response) -> FullAnswer:
    """Return all sections in force."""
    with engine.connect() as connection:
        current = current_settings(connection)
    response.headers["ETag"] = etag(current.version)
    return FullAnswer(version=current.version, profile=current.profile, settings=dump(current.settings))


@router.get("/schema", dependencies=_READS)
def schema() -> dict[str, Any]:
    """Return the JSON Schema of every section, with titles, help and units in both languages."""
    return {
        name: {**kind.model_json_schema(), "x-title": kind.title._asdict()} for name, kind in SECTIONS.items()
    }


@router.get("/section/{name}", responses=responses(404))
def read_section(
    name: SectionName, user: Administrator, engine: Engine, response: Response
) -> dict[str, Any]:
    """Return one section; its ETag changes only when the section does."""
    section_kind(name)
    with engine.connect() as connection:
        found = section_of(current_settings(connection).settings, name)
        response.headers["ETag"] = etag(section_version(connection, name))
    return found.model_dump(mode="json")


@router.put(
    "/section/{name}",
    responses=responses(400, 404, 412, 413, 422, 428),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {"type": "object"},
                    "examples": {
                        "asr": {"summary": "Section asr", "value": {"model": "small", "beam_size": 4}}
                    },
                }
            },
        }
    },
)
def write_section(
    *,
    name: SectionName,
    user: Administrator,  # before the body, which only those who may are asked for
    values: JsonObject,
    request: Request,
    response: Response,
    engine: Engine,
    reader: Reader,
    if_match: IfMatch = None,
    comment: Annotated[ShortText, Query()] = "",
    effective_from: Annotated[datetime | None, Query(description="From when thresholds apply")] = None,
) -> Saved:
    """Replace one section; fields that are left out take their defaults."""
    section_kind(name)
    seen = expected_version(if_match)
    with engine.begin() as connection:
        saved = save_section(
            connection,
            name,
            values,
            author=actor_of(request, user),
            expected_version=seen,
            comment=comment,
            effective_from=_aware(effective_from),
            now=datetime.now(UTC),
        )
        response.headers["ETag"] = etag(section_version(connection, name))
    reader.expire()
    return Saved(version=saved)


def _aware(moment: datetime | None) -> datetime | None:
    if moment is None or moment.tzinfo is not None:
        return moment
    missing = [FieldError(path="/effective_from", message="needs a time zone")]
    raise ProblemError(422, "Say in which time zone it applies.", errors=missing)


@router.post("/validate", responses=responses(404, 422))
def validate(body: ValidationBody, request: Request, user: Administrator, engine: Engine) -> ValidationAnswer:
    """Check values without saving: what is wrong with them, and what would change."""
    vet = actor_of(request, user).vet
    language = language_of(request)
    try:
        with engine.connect() as connection:
            standing = dump(current_settings(connection).settings)
            document = standing if body.settings is None else body.settings
            for name, values in body.sections.items():
                document = place(document, name, values)
            wanted = check_document(document)
            if vet is not None:
                vet(connection, wanted.access)
    except InvalidSettingsError as error:
        errors = [FieldError(path=item.path, message=item.message.to(language)) for item in error.problems]
        return ValidationAnswer(is_valid=False, errors=errors)
    changes = changes_between(standing, dump(wanted))
    return ValidationAnswer(is_valid=True, changes=[FieldChange.of(change) for change in changes])


@router.get("/changelog")
def history(
    user: Administrator,
    engine: Engine,
    before: Annotated[int | None, Query(ge=1, le=_MAX_VERSION)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> ChangelogAnswer:
    """Return versions, newest first, each with what it changed."""
    with engine.connect() as connection:
        found = changelog(connection, older_than=before, limit=limit)
    entries = [
        ChangelogItem(
            version=entry.version,
            profile=entry.profile,
            author=entry.author,
            comment=entry.comment,
            created_at=entry.created_at,
            effective_from=entry.effective_from,
            changes=[FieldChange.of(change) for change in entry.changes],
        )
        for entry in found
    ]
    is_more = bool(entries) and entries[-1].version > 1
    return ChangelogAnswer(entries=entries, next_before=entries[-1].version if is_more else None)


@router.post("/rollback/{version}", responses=responses(404, 412, 422))
def rollback(
    *,
    version: Version,
    request: Request,
    user: Administrator,
    engine: Engine,
    reader: Reader,
    body: RollbackBody | None = None,
    if_match: IfMatch = None,
) -> Saved:
    """Make the content of an earlier version the newest one; the history stays whole."""
    seen = None if if_match is None else expected_version(if_match)
    with engine.begin() as connection:
        saved = roll_back(
            connection,
            version,
            author=actor_of(request, user),
            comment=body.comment if body else "",
            expected_version=seen,
        )
    reader.expire()
    return Saved(version=saved)
