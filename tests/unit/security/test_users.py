"""Who is let in without a sign-in."""

import pytest

from synapse.security.roles import Role
from synapse.security.users import FORWARDING_HEADERS, AccessDeniedError, local_user


def ask(**changes: object) -> object:
    request: dict[str, object] = {
        "bound_to": "127.0.0.1",
        "peer": "127.0.0.1",
        "host_header": "127.0.0.1:8000",
        "header_names": ["host", "user-agent"],
    }
    return local_user(**(request | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "localhost:8000", "[::1]:8000", "LOCALHOST"])
def test_whoever_sits_at_the_machine_is_the_local_admin(host: str) -> None:
    user = ask(host_header=host)
    assert (user.role, user.is_local) == (Role.ADMIN, True)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "changes",
    [
        {"bound_to": "0.0.0.0"},
        {"bound_to": "192.168.1.5"},
        {"peer": "192.168.1.7"},
        {"peer": ""},
        {"host_header": "synapse.example"},
        {"host_header": "127.0.0.1.evil.example:8000"},
        {"host_header": ""},
    ],
)
def test_nobody_else_is_let_in(changes: dict[str, object]) -> None:
    with pytest.raises(AccessDeniedError, match="only to a browser on the machine"):
        ask(**changes)


@pytest.mark.parametrize("header", sorted(FORWARDING_HEADERS))
def test_a_request_through_a_proxy_is_not_from_this_machine(header: str) -> None:
    with pytest.raises(AccessDeniedError, match="proxy"):
        ask(header_names=["host", header])
