"""Routes of the API: one module per area."""

from fastapi import APIRouter

from api.routes import (
    access,
    asterisk,
    config,
    connections,
    events,
    health,
    metrics,
    notify,
    profiles,
    recordings,
    secrets,
    tag,
)

ROUTERS: list[APIRouter] = [
    health.router,
    metrics.router,
    events.router,
    tag.router,
    asterisk.router,
    recordings.router,
    notify.router,
    config.router,
    profiles.router,
    secrets.router,
    connections.router,
    access.router,
]
