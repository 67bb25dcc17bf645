"""Server-rendered pages: one module per page."""

from fastapi import APIRouter

from api.pages import (
    audio,
    branding,
    conversation,
    inbox,
    leaks,
    preferences,
    receipts,
    recordings,
    report_tables,
    reports,
    sources,
    today,
)
from api.pages.rendering import error_page

__all__ = ["ROUTERS", "error_page"]

ROUTERS: list[APIRouter] = [
    today.router,
    reports.router,
    report_tables.router,
    leaks.router,
    inbox.router,
    receipts.router,
    recordings.router,
    conversation.router,
    audio.router,
    sources.router,
    preferences.router,
    branding.router,
]
