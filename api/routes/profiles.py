"""Profiles of settings: list, make, activate, carry to another machine, compare."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from api.config_models import (
    ExportedProfile,
    FieldChange,
    ImportAnswer,
    NewProfile,
    ProfileAnswer,
    ProfileName,
    Saved,
)
from api.dependencies import Administrator, Engine, Reader, actor_of
from api.json_body import JsonObject
from api.problems import responses
from api.routes.config import IfMatch, expected_version
from synapse.settings.profiles import (
    TEMPLATE,
    activate_profile,
    compare_profiles,
    create_profile,
    delete_profile,
    export_profile,
    import_profile,
    list_profiles,
)
from synapse.settings.store import current_settings

router = APIRouter(prefix="/config", tags=["profiles"], responses=responses(401, 403, 503))
Name = Annotated[ProfileName, Path(examples=["default"])]
_EXPORT_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {"$ref": "#/components/schemas/ExportedProfile"},
                "example": {
                    "format": "synapse-settings/1",
                    "profile": "default",
                    "settings": {"asr": {"beam_size": 4}},
                },
            }
        },
    }
}


@router.get("/profiles")
def profiles(user: Administrator, engine: Engine) -> list[ProfileAnswer]:
    """Return all profiles; the active one is marked."""
    with engine.connect() as connection:
        return [ProfileAnswer(**vars(profile)) for profile in list_profiles(connection)]


@router.post("/profiles", status_code=201, responses=responses(404, 409, 422))
def create(body: NewProfile, request: Request, user: Administrator, engine: Engine) -> dict[str, str]:
    """Make a profile from another one or from the template; it is not activated."""
    with engine.begin() as connection:
        create_profile(
            connection,
            body.name,
            author=actor_of(request, user),
            description=body.description,
            source=body.source,
        )
    return {"name": body.name}


@router.post("/profiles/{name}/activate", responses=responses(404, 409, 412, 422))
def activate(
    *,
    name: Name,
    request: Request,
    user: Administrator,
    engine: Engine,
    reader: Reader,
    if_match: IfMatch = None,
) -> Saved:
    """Make the profile's document the newest version."""
    seen = None if if_match is None else expected_version(if_match)
    with engine.begin() as connection:
        saved = activate_profile(connection, name, author=actor_of(request, user), expected_version=seen)
    reader.expire()
    return Saved(version=saved)


@router.delete("/profiles/{name}", status_code=204, responses=responses(404, 409, 422))
def delete(name: Name, request: Request, user: Administrator, engine: Engine) -> Response:
    """Delete a profile that is not active."""
    with engine.begin() as connection:
        delete_profile(connection, name, author=actor_of(request, user))
    return Response(status_code=204)


@router.get("/profiles/{name}/export", responses=responses(404, 422))
def export_one(name: Name, user: Administrator, engine: Engine, response: Response) -> ExportedProfile:
    """Return a profile as a file without secrets."""
    with engine.connect() as connection:
        found = export_profile(connection, name)
    response.headers["Content-Disposition"] = f'attachment; filename="synapse-{name}.json"'
    return ExportedProfile(**found)


@router.get("/export", responses=responses(404, 422))
def export_active(
    user: Administrator,
    engine: Engine,
    response: Response,
    profile: Annotated[ProfileName | None, Query(description="The active one unless named")] = None,
) -> ExportedProfile:
    """Return the settings in force, or a profile, as a file without secrets."""
    with engine.connect() as connection:
        name = profile or current_settings(connection).profile
        found = export_profile(connection, name)
    response.headers["Content-Disposition"] = f'attachment; filename="synapse-{name}.json"'
    return ExportedProfile(**found)


@router.post("/import", responses=responses(400, 409, 413, 422), openapi_extra=_EXPORT_BODY)
def import_(
    *,
    user: Administrator,  # before the body, which only those who may are asked for
    body: JsonObject,
    request: Request,
    engine: Engine,
    reader: Reader,
    profile: Annotated[ProfileName | None, Query(description="Name to import under")] = None,
    dry_run: Annotated[bool, Query(description="Only tell what would change")] = False,
) -> ImportAnswer:
    """Take a profile from an exported file; into the active profile it becomes a new version."""
    name = profile or _plain_name(body)
    with engine.connect() as connection, connection.begin() as transaction:
        plan = import_profile(connection, body, author=actor_of(request, user), name=name)
        if dry_run:
            transaction.rollback()
    reader.expire()
    changes = [FieldChange.of(change) for change in plan.changes]
    return ImportAnswer(profile=plan.profile, is_new=plan.is_new, is_dry_run=dry_run, changes=changes)


def _plain_name(body: dict[str, Any]) -> str:
    given = str(body.get("profile", "")).lower()
    kept = "".join(c for c in given if c.isascii() and (c.isalnum() or c in "_-")).strip("_-")
    return kept[:63] or "imported"


@router.get("/compare", responses=responses(404, 422))
def compare(
    user: Administrator,
    engine: Engine,
    profile: Annotated[ProfileName | None, Query(description="The active one unless named")] = None,
    other: Annotated[ProfileName, Query(description="Profile to compare with")] = TEMPLATE,
) -> list[FieldChange]:
    """Return how a profile differs from another one, or from the template that Synapse ships."""
    with engine.connect() as connection:
        name = profile or current_settings(connection).profile
        return [FieldChange.of(change) for change in compare_profiles(connection, name, other)]
