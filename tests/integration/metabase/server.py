"""A server that keeps what it is sent and refuses whatever Metabase's published API does not know.

Stricter than Metabase, which drops unknown keys silently: a misspelt one must not pass here.
"""

import itertools
import re
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from fastapi import APIRouter, FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

KEY, EMAIL, PASSWORD = "mb_admin", "admin@example.com", "Correct-Horse-9"
Description = Annotated[str, Field(min_length=1)]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SetupUser(Body):
    email: str
    password: str = Field(min_length=8)
    first_name: str | None = None
    last_name: str | None = None
    site_name: str | None = None


class SetupPrefs(Body):
    site_name: str = Field(min_length=1)
    site_locale: str | None = None
    allow_tracking: bool | None = None


class Setup(Body):
    token: str
    user: SetupUser
    prefs: SetupPrefs


class Session(Body):
    username: str
    password: str


class Database(Body):
    name: str
    engine: Literal["postgres"]
    details: dict[str, Any]
    is_full_sync: bool | None = None


class Collection(Body):
    name: str
    description: Description | None = None
    parent_id: int | None = None


class Tag(Body):
    id: str = Field(pattern=r"^[0-9a-f-]{36}$")
    name: str
    display_name: str = Field(alias="display-name")
    type: Literal["dimension"]
    dimension: list[Any]
    widget_type: Literal["string/=", "date/all-options"] = Field(alias="widget-type")


class Stage(Body):
    type: Literal["mbql.stage/native"] = Field(alias="lib/type")
    native: str = Field(min_length=1)
    tags: dict[str, Tag] = Field(alias="template-tags")


class Query(Body):
    type: Literal["mbql/query"] = Field(alias="lib/type")
    database: int
    stages: list[Stage] = Field(min_length=1)


class NewCard(Body):
    name: str = Field(min_length=1)
    dataset_query: Query
    display: str
    visualization_settings: dict[str, Any]
    type: Literal["question", "model", "metric"] = "question"
    entity_id: Annotated[str, Field(pattern=r"^[\w-]{21}$")] | None = None
    description: Description | None = None
    collection_id: int | None = None


class ChangedCard(Body):
    name: str | None = None
    dataset_query: Query | None = None
    display: str | None = None
    visualization_settings: dict[str, Any] | None = None
    type: str | None = None
    description: str | None = None
    collection_id: int | None = None
    archived: bool | None = None


class NewDashboard(Body):
    name: str = Field(min_length=1)
    description: str | None = None
    collection_id: int | None = None


class Parameter(Body):
    id: str
    name: str
    slug: str
    type: Literal["string/=", "date/all-options"]
    sectionId: str  # noqa: N815  as the API spells it
    default: Any = None


class Mapping(Body):
    parameter_id: str
    card_id: int
    target: list[Any]


class Series(Body):
    id: int


class Dashcard(Body):
    id: int
    card_id: int | None
    row: int = Field(ge=0)
    col: int = Field(ge=0)
    size_x: int = Field(gt=0)
    size_y: int = Field(gt=0)
    series: list[Series] = []
    visualization_settings: dict[str, Any] = {}
    parameter_mappings: list[Mapping] = []
    dashboard_tab_id: int | None = None
    action_id: int | None = None
    inline_parameters: list[str] | None = None


class ChangedDashboard(Body):
    name: str | None = None
    description: str | None = None
    width: Literal["fixed", "full"] | None = None
    parameters: list[Parameter] | None = None
    dashcards: list[Dashcard] | None = None
    archived: bool | None = None


class DatabaseRights(Body):
    view_data: Literal["unrestricted"] = Field(alias="view-data")
    create_queries: Literal["no", "query-builder", "query-builder-and-native"] = Field(alias="create-queries")


class Graph(Body):
    revision: int
    groups: dict[str, dict[str, DatabaseRights]]


class CollectionGraph(Body):
    revision: int
    groups: dict[str, dict[str, Literal["read", "write", "none"]]]


class Group(Body):
    name: str


@dataclass
class State:
    """What the server holds."""

    tables: list[dict[str, Any]]
    version: str = "v0.64.1.5"
    is_set_up: bool = False
    health_answers: int = 2
    syncs_until_seen: int = 2
    changes: int = 0
    revision: int = 7
    databases: dict[int, dict[str, Any]] = field(default_factory=dict)
    collections: dict[int, dict[str, Any]] = field(default_factory=dict)
    cards: dict[int, dict[str, Any]] = field(default_factory=dict)
    dashboards: dict[int, dict[str, Any]] = field(default_factory=dict)
    groups: dict[int, str] = field(default_factory=lambda: {1: "All Users", 2: "Administrators"})
    rights: dict[str, Any] = field(default_factory=dict)
    shown: dict[str, Any] = field(default_factory=dict)
    ids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(10))


def make_server(state: State) -> FastAPI:  # noqa: PLR0915  a short function for each address
    """An application over ``state``."""
    app = FastAPI(openapi_url=None)
    api = APIRouter(prefix="/api")
    open_api = APIRouter(prefix="/api")

    @app.middleware("http")
    async def _signed_in(request: Request, call_next: Any) -> Any:
        is_open = request.url.path in ("/api/health", "/api/session/properties", "/api/session", "/api/setup")
        session = request.headers.get("x-metabase-session") == "session-1"
        if not is_open and not session and request.headers.get("x-api-key") != KEY:
            return JSONResponse("Unauthenticated", 401)
        if request.method != "GET":
            state.changes += 1
        return await call_next(request)

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        found = {".".join(map(str, one["loc"])): one["msg"] for one in error.errors()}
        return JSONResponse({"errors": found, "specific-errors": found}, 400)

    @open_api.get("/health")
    def health() -> JSONResponse:
        state.health_answers -= 1
        is_up = state.health_answers < 0
        return JSONResponse({"status": "ok" if is_up else "initializing"}, 200 if is_up else 503)

    @open_api.get("/session/properties")
    def properties() -> dict[str, Any]:
        token = None if state.is_set_up else "setup-1"
        version = {"tag": state.version}
        return {"setup-token": token, "has-user-setup": state.is_set_up, "version": version}

    @open_api.post("/session")
    def session(body: Session) -> dict[str, str]:
        if (body.username, body.password) != (EMAIL, PASSWORD):
            raise HTTPException(401, {"errors": {"password": "did not match stored password"}})
        return {"id": "session-1"}

    @open_api.post("/setup")
    def setup(body: Setup) -> dict[str, str]:
        if state.is_set_up or body.token != "setup-1":
            raise HTTPException(403, "The /api/setup route can only be used to create the first user")
        state.is_set_up = True
        return {"id": "session-1"}

    @api.get("/database")
    def databases() -> dict[str, Any]:
        return {"data": list(state.databases.values()), "total": len(state.databases)}

    @api.post("/database")
    def make_database(body: Database) -> dict[str, Any]:
        if body.details.get("user") == "nobody":
            raise HTTPException(400, {"errors": {"user": "password authentication failed"}})
        number = next(state.ids)
        state.databases[number] = {"id": number, "name": body.name, "details": body.details}
        return state.databases[number]

    @api.put("/database/{number}")
    def change_database(number: int, body: Database) -> dict[str, Any]:
        _known(state.databases, number)["details"] = body.details
        return state.databases[number]

    @api.post("/database/{number}/sync_schema")
    def sync(number: int) -> dict[str, str]:
        _known(state.databases, number)
        return {"status": "ok"}

    @api.get("/database/{number}/metadata")
    def metadata(number: int) -> dict[str, Any]:
        _known(state.databases, number)
        state.syncs_until_seen -= 1
        return {"tables": state.tables if state.syncs_until_seen < 0 else []}

    @api.get("/collection")
    def collections() -> list[dict[str, Any]]:
        return [{"id": "root", "name": "Our analytics"}, *state.collections.values()]

    @api.post("/collection")
    def make_collection(body: Collection) -> dict[str, Any]:
        number = next(state.ids)
        state.revision += 1
        state.collections[number] = {"id": number, **body.model_dump()}
        return state.collections[number]

    @api.get("/collection/graph")
    def collection_graph() -> dict[str, Any]:
        return {"revision": state.revision, "groups": state.shown}

    @api.put("/collection/graph")
    def change_collection_graph(body: CollectionGraph) -> dict[str, Any]:
        _same_revision(state, body.revision)
        state.shown |= body.groups
        return collection_graph()

    @api.get("/collection/{number}/items")
    def items(number: int, models: Literal["card", "dashboard"], limit: int = 50) -> dict[str, Any]:
        held = state.cards if models == "card" else state.dashboards
        found = [
            {"id": one["id"], "name": one["name"], "model": models}
            for one in held.values()
            if one["collection_id"] == number and not one["archived"]
        ]
        return {"data": found[:limit], "total": len(found)}

    @api.get("/card/{number}")
    def card(number: int) -> dict[str, Any]:
        return _known(state.cards, number)

    @api.post("/card")
    def make_card(body: NewCard) -> dict[str, Any]:
        _check_query(state, body.dataset_query)
        number = next(state.ids)
        values = body.model_dump(by_alias=True)
        if any(one["entity_id"] == body.entity_id for one in state.cards.values()):
            raise HTTPException(400, {"errors": {"entity_id": "already in use"}})
        state.cards[number] = {"id": number, "archived": False, **values}
        return state.cards[number]

    @api.put("/card/{number}")
    def change_card(number: int, body: ChangedCard) -> dict[str, Any]:
        if body.dataset_query is not None:
            _check_query(state, body.dataset_query)
        _known(state.cards, number).update(body.model_dump(by_alias=True, exclude_unset=True))
        return state.cards[number]

    @api.get("/dashboard/{number}")
    def dashboard(number: int) -> dict[str, Any]:
        return _known(state.dashboards, number)

    @api.post("/dashboard")
    def make_dashboard(body: NewDashboard) -> dict[str, Any]:
        number = next(state.ids)
        values = {"archived": False, "parameters": [], "dashcards": [], **body.model_dump()}
        state.dashboards[number] = {"id": number, **values}
        return state.dashboards[number]

    @api.put("/dashboard/{number}")
    def change_dashboard(number: int, body: ChangedDashboard) -> dict[str, Any]:
        found = _known(state.dashboards, number)
        values = body.model_dump(exclude_unset=True)
        if body.dashcards is not None:
            parameters = {one.id for one in body.parameters or []}
            present = {one["id"] for one in found["dashcards"]}
            values["dashcards"] = [
                _placed(state, one, parameters, present).model_dump() for one in body.dashcards
            ]
            numbers = [one["id"] for one in values["dashcards"]]
            if len(set(numbers)) < len(numbers):
                raise HTTPException(400, {"errors": {"dashcards": "ids must be unique"}})
        found.update(values)
        return found

    @api.get("/permissions/group")
    def groups() -> list[dict[str, Any]]:
        return [{"id": number, "name": name, "member_count": 0} for number, name in state.groups.items()]

    @api.post("/permissions/group")
    def make_group(body: Group) -> dict[str, Any]:
        number = next(state.ids)
        state.groups[number] = body.name
        return {"id": number, "name": body.name}

    @api.get("/permissions/graph")
    def graph() -> dict[str, Any]:
        return {"revision": state.revision, "groups": state.rights}

    @api.put("/permissions/graph")
    def change_graph(body: Graph) -> dict[str, Any]:
        _same_revision(state, body.revision)
        state.rights |= body.model_dump(by_alias=True)["groups"]
        return graph()

    app.include_router(open_api)
    app.include_router(api)
    return app


def _known(held: dict[int, dict[str, Any]], number: int) -> dict[str, Any]:
    if number not in held:
        raise HTTPException(404, "Not found.")
    return held[number]


def _same_revision(state: State, revision: int) -> None:
    if revision != state.revision:
        raise HTTPException(409, "Looks like someone else edited the permissions.")
    state.revision += 1


def _check_query(state: State, query: Query) -> None:
    _known(state.databases, query.database)
    fields = {column["id"] for table in state.tables for column in table["fields"]}
    for stage in query.stages:
        used = set(re.findall(r"\{\{\s*(\w+)\s*\}\}", stage.native))
        if used != stage.tags.keys() or any(name != tag.name for name, tag in stage.tags.items()):
            raise HTTPException(400, {"errors": {"dataset_query": "tags and query differ"}})
        for tag in stage.tags.values():
            kind, options, number = tag.dimension
            if kind != "field" or options != {} or number not in fields:
                raise HTTPException(400, {"errors": {"dataset_query": "no such field"}})


def _placed(state: State, card: Dashcard, parameters: set[str], present: set[int]) -> Dashcard:
    if card.col + card.size_x > 24:
        raise HTTPException(400, {"errors": {"dashcards": "beyond the grid"}})
    if card.id > 0 and card.id not in present:
        raise HTTPException(404, "Not found.")
    for mapping in card.parameter_mappings:
        kind, (what, tag) = mapping.target
        stage = _known(state.cards, mapping.card_id)["dataset_query"]["stages"][0]
        if (kind, what) != ("dimension", "template-tag") or tag not in stage["template-tags"]:
            raise HTTPException(400, {"errors": {"parameter_mappings": "no such tag"}})
        if mapping.parameter_id not in parameters:
            raise HTTPException(400, {"errors": {"parameter_mappings": "no such parameter"}})
    return card.model_copy(update={"id": next(state.ids)}) if card.id < 0 else card
