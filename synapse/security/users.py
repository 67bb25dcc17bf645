"""Who looks at the pages."""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass

from synapse.errors import SynapseError
from synapse.security.roles import Role

# A request that passed any proxy carries one of these; then the peer's address proves nothing.
FORWARDING_HEADERS = frozenset(
    {
        "forwarded",
        "via",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-proto",
        "x-forwarded-user",
        "x-real-ip",
        "x-original-url",
        "remote-user",
    }
)


class AccessDeniedError(SynapseError):
    """The caller may not do this."""


@dataclass(frozen=True)
class User:
    """A person who looks at the pages.

    Attributes:
        name: Login name.
        role: What this person may see and do.
        is_local: Signed in only because the browser runs on the same machine as Synapse.
    """

    name: str
    role: Role
    is_local: bool = False


LOCAL_ADMIN = User("local", Role.ADMIN, is_local=True)


def is_loopback(host: str) -> bool:
    """Whether ``host`` (a name or an address, brackets allowed) means this machine."""
    name = host.strip("[]").lower()
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def local_user(*, bound_to: str, peer: str, host_header: str, header_names: Iterable[str]) -> User:
    """Return the local admin where the request can only come from this machine.

    Args:
        bound_to: Address that the server listens on.
        peer: Address of the other end of the connection.
        host_header: Value of ``Host``; a foreign name means that a web page elsewhere rebinds its DNS name.
        header_names: Lower-case names of all request headers.

    Raises:
        AccessDeniedError: Any sign that somebody else is asking.
    """
    name = host_header.rpartition(":")[0] if host_header.rpartition(":")[2].isdigit() else host_header
    if not is_loopback(bound_to) or not is_loopback(peer) or not is_loopback(name):
        raise AccessDeniedError(
            "These pages are open only to a browser on the machine that Synapse runs on.",
            hint="Open http://127.0.0.1 with Synapse's port there, or tunnel the port with ssh -L.",
        )
    if not FORWARDING_HEADERS.isdisjoint(header_names):
        raise AccessDeniedError(
            "This request came through a proxy, and no trusted proxy is set up.",
            hint="Open the pages directly on the machine that Synapse runs on.",
        )
    return LOCAL_ADMIN
