"""The application: routes, pages, errors, and what lives as long as the process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.middleware.gzip import GZipMiddleware

from api import logging, metrics, openapi, pages, problems, routes, security, settings_problems
from api.limits import PublicLimits
from api.middleware import RequestEnvelope
from api.services import event_services
from synapse.database.engine import engine_for
from synapse.environment import Environment, load_environment
from synapse.storage import open_store

_STATIC = Path(__file__).parent / "static"


def create_app(environment: Environment) -> FastAPI:
    """Build the application for one environment; nothing is connected before it starts.

    Args:
        environment: Bootstrap settings; ``database_url`` must be set.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with (
            security.settings_services(app, environment),
            event_services(environment, app.state.engine) as app.state.events,
        ):
            yield
        app.state.engine.dispose()

    app = FastAPI(
        title="Synapse",
        version="0.1.0",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
    )
    app.state.environment = environment
    app.state.engine = engine_for(environment.warehouse_url)
    app.state.metrics = metrics.Metrics(app.state.engine, metrics.dagster_engine())
    app.state.store = open_store(environment.objects_url)
    # Pages may offer `error_page(request, status, detail) -> Response` for people's browsers.
    app.state.error_page = getattr(pages, "error_page", None)
    security.install(app, environment, app.state.engine)
    problems.install(app)
    settings_problems.install(app)
    openapi.install(app)
    for router in [*routes.ROUTERS, *pages.ROUTERS]:
        app.include_router(router)
    if _STATIC.is_dir():
        app.mount("/static", StaticFiles(directory=_STATIC), name="static")
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=5)
    app.add_middleware(PublicLimits, trust=app.state.access.trust)
    app.add_middleware(RequestEnvelope, note=app.state.metrics.note)
    return app


def serve() -> FastAPI:
    """Build the application of this process (``uvicorn --factory api.app:serve``)."""
    logging.configure()
    return create_app(load_environment())
