"""Routes of the API: one module per area."""

from fastapi import APIRouter

from api.routes import access, config, connections, events, health, profiles, secrets, tag

ROUTERS: list[APIRouter] = [
    health.router,
    events.router,
    tag.router,
    config.router,
    profiles.router,
    secrets.router,
    connections.router,
    access.router,
]
