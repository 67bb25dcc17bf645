"""Routes of the API: one module per area."""

from fastapi import APIRouter

from api.routes import asterisk, events, health, notify, recordings, tag

ROUTERS: list[APIRouter] = [
    health.router,
    events.router,
    tag.router,
    asterisk.router,
    recordings.router,
    notify.router,
]
