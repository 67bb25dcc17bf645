"""Every route of the application with the permission that it asks for."""

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts

from synapse.security.roles import Permission


@dataclass(frozen=True)
class RouteEntry:
    """One method of one path.

    Attributes:
        method: HTTP method.
        path: With its parameters in braces.
        permission: What a person must be allowed; None: decided otherwise, or open.
    """

    method: str
    path: str
    permission: Permission | None


def every_route(app: FastAPI) -> Iterator[RouteEntry]:
    """Yield all routes in the order in which they are matched."""
    for context in iter_route_contexts(app.routes):
        dependant = getattr(context, "dependant", None)
        if context.path is None or not isinstance(dependant, Dependant):
            continue
        for method in sorted((context.methods or set()) - {"HEAD", "OPTIONS"}):
            yield RouteEntry(method, context.path, _permission(dependant))


def _permission(dependant: Dependant) -> Permission | None:
    for inner in dependant.dependencies:
        found = getattr(inner.call, "permission", None) or _permission(inner)
        if isinstance(found, Permission):
            return found
    return None
