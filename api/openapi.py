"""The OpenAPI document: schemas that no route names as its own model are added here."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.problems import ProblemDetails
from synapse.channels.web_event import WebEvent

_TEMPLATE = "#/components/schemas/{model}"


def install(app: FastAPI) -> None:
    """Make the app describe all of its schemas; built once, on first use."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = get_openapi(title=app.title, version=app.version, routes=app.routes)
            schemas = document.setdefault("components", {}).setdefault("schemas", {})
            for model in (ProblemDetails, WebEvent):
                schema = model.model_json_schema(ref_template=_TEMPLATE, by_alias=False)
                schemas |= schema.pop("$defs", {})
                schemas[model.__name__] = schema
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]
