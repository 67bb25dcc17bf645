"""Server-rendered pages: one module per page."""

from fastapi import APIRouter

ROUTERS: list[APIRouter] = []
