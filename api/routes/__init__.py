"""Routes of the API: one module per area."""

from fastapi import APIRouter

from api.routes import events, health

ROUTERS: list[APIRouter] = [health.router, events.router]
