"""Server-rendered pages: one module per page."""

from fastapi import APIRouter

from api.pages import (
    admin_audit,
    admin_history,
    admin_profiles,
    admin_rules,
    admin_secrets,
    admin_settings,
    admin_users,
    attribution,
    audio,
    branding,
    contacts,
    conversation,
    coverage,
    inbox,
    leaks,
    logo,
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
    attribution.router,
    coverage.router,
    report_tables.router,
    leaks.router,
    inbox.router,
    receipts.router,
    recordings.router,
    conversation.router,
    contacts.router,
    audio.router,
    sources.router,
    preferences.router,
    branding.router,
    logo.router,
    admin_settings.router,
    admin_rules.router,
    admin_secrets.router,
    admin_history.router,
    admin_profiles.router,
    admin_audit.router,
    admin_users.router,
]
