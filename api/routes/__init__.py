"""Routes of the API: one module per area."""

from fastapi import APIRouter

from api.routes import events, health, notify, tag

ROUTERS: list[APIRouter] = [
    health.router,
    events.router,
    tag.router,
    notify.router,
]
