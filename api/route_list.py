"""Every route and who may call it; ``python -m api.route_list`` writes the table of ``docs/access.md``."""

import inspect
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts
from pydantic import SecretStr

from api.app import create_app
from api.dependencies import signed_in
from api.settings_access import settings_caller
from synapse.environment import PROJECT_ROOT, Environment
from synapse.security.roles import Permission, Role

_REQUIRES = re.compile(r"visit\.require\(Permission\.(\w+)\)")
_DOCUMENT = PROJECT_ROOT / "docs" / "access.md"

Gate = Literal["open", "person", "settings key"]


@dataclass(frozen=True)
class RouteEntry:
    """One method of one path.

    Attributes:
        method: HTTP method.
        path: With its parameters in braces.
        gate: ``open`` (everybody, or machines by a key that the route itself checks), ``person`` (signed
            in), ``settings key`` (an administrator, or an API key of scope ``settings``).
        permission: What a person's role must allow; None: any role, as far as the route does not look closer.
    """

    method: str
    path: str
    gate: Gate
    permission: Permission | None

    def may(self, role: Role) -> bool:
        """Whether a person of this role passes the gate."""
        return self.permission is None or role.may(self.permission)


def every_route(app: FastAPI) -> Iterator[RouteEntry]:
    """Yield all routes in the order in which they are matched."""
    for context in iter_route_contexts(app.routes):
        dependant = getattr(context, "dependant", None)
        if context.path is None or not isinstance(dependant, Dependant):
            continue
        gate, permission = _gate(dependant)
        permission = permission or _asked_inside(context.endpoint)
        for method in sorted((context.methods or set()) - {"HEAD", "OPTIONS"}):
            yield RouteEntry(method, context.path, gate, permission)


def _calls(dependant: Dependant) -> Iterator[Callable[..., Any]]:
    for inner in dependant.dependencies:
        if inner.call is not None:
            yield inner.call
        yield from _calls(inner)


def _gate(dependant: Dependant) -> tuple[Gate, Permission | None]:
    calls = list(_calls(dependant))
    permissions = [
        found for call in calls if isinstance(found := getattr(call, "permission", None), Permission)
    ]
    if settings_caller in calls:
        return "settings key", Permission.ADMINISTER
    if signed_in in calls:
        return "person", permissions[0] if permissions else None
    return "open", None


def _asked_inside(endpoint: Callable[..., Any] | None) -> Permission | None:
    """The permission that the body of a page asks for by ``visit.require``."""
    found = _REQUIRES.search(inspect.getsource(endpoint)) if endpoint is not None else None
    return Permission[found[1]] if found else None


def as_markdown(app: FastAPI) -> str:
    """The table of ``docs/access.md``."""
    lines = [
        "| method | path | observer | reviewer | expert | admin | machines |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for route in every_route(app):
        people = [("✓" if route.may(role) else "–") for role in Role]
        machines = {
            "open": "open, or a key the route checks",
            "person": "–",
            "settings key": "key `settings`",
        }
        cells = [route.method, f"`{route.path}`", *people, machines[route.gate]]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def described() -> str:
    """The table of this version; nothing is connected for it."""
    url = SecretStr("postgresql://docs@localhost/docs")
    return as_markdown(
        create_app(Environment(database_url=url, trusted_proxies="", proxy_secret=SecretStr("")))
    )


def main() -> None:
    """Put the table of this version into the document."""
    head, _, _ = _DOCUMENT.read_text().partition("| method |")
    _DOCUMENT.write_text(head + described())
    sys.stdout.write(f"{_DOCUMENT} is written.\n")


if __name__ == "__main__":
    main()
