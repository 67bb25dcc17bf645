"""Whom the sign-in proxy vouches for, and every way to pretend."""

from collections.abc import Sequence

import pytest
from pydantic import SecretStr

from synapse.environment import Environment
from synapse.errors import ConfigurationError
from synapse.security.forward_auth import NotSignedInError, forwarded_user, proxy_trust
from synapse.settings.policies import Access

SECRET = "s" * 40
PROXY = "172.20.0.2"
Headers = Sequence[tuple[str, str]]
GOOD: Headers = [
    ("remote-user", "anna"),
    ("remote-groups", "reviewers, staff"),
    ("remote-name", "Анна П."),
    ("x-proxy-secret", SECRET),
]


def _environment(proxies: str = f"{PROXY}, 10.0.0.0/29", secret: str = SECRET) -> Environment:
    return Environment(trusted_proxies=proxies, proxy_secret=SecretStr(secret))


def _ask(headers: Headers, peer: str = PROXY, access: Access | None = None) -> object:
    trust = proxy_trust(_environment())
    assert trust is not None
    raw = [(name.encode(), value.encode()) for name, value in headers]
    return forwarded_user(raw, peer, trust, access or Access())


def _without(name: str) -> Headers:
    return [header for header in GOOD if header[0] != name]


def test_a_trusted_proxy_is_believed() -> None:
    person = _ask(GOOD)
    assert vars(person) == {"name": "anna", "display_name": "Анна П.", "groups": ("reviewers", "staff")}


def test_a_network_of_proxies_and_ipv4_inside_ipv6_are_believed() -> None:
    assert _ask(GOOD, "10.0.0.3")
    assert _ask(GOOD, f"::ffff:{PROXY}")


@pytest.mark.parametrize("peer", ["172.20.0.3", "10.0.0.8", "127.0.0.1", "::1", "", "testclient"])
def test_headers_from_any_other_address_are_worth_nothing(peer: str) -> None:
    with pytest.raises(NotSignedInError):
        _ask(GOOD, peer)


@pytest.mark.parametrize(
    "headers",
    [
        [],
        _without("remote-user"),
        _without("x-proxy-secret"),
        [*_without("x-proxy-secret"), ("x-proxy-secret", "")],
        [*_without("x-proxy-secret"), ("x-proxy-secret", SECRET[:-1])],
        [*_without("x-proxy-secret"), ("x-proxy-secret", SECRET + " x")],
        [*_without("x-proxy-secret"), ("x-proxy-secret", "ы" * 40)],
        [*GOOD, ("x-proxy-secret", SECRET)],
        [*GOOD, ("remote-user", "admin")],
        [*GOOD, ("Remote-User", "admin")],
        [*GOOD, ("remote-groups", "admins")],
        [*_without("remote-user"), ("remote-user", "")],
        [*_without("remote-user"), ("remote-user", "  ")],
        [*_without("remote-user"), ("remote-user", "anna, admin")],
        [*_without("remote-user"), ("remote-user", "a" * 129)],
        [*_without("remote-user"), ("remote-user", "an/na")],
        [*_without("remote-user"), ("remote_user", "anna")],
    ],
)
def test_missing_doubled_and_malformed_headers_sign_nobody_in(headers: Headers) -> None:
    with pytest.raises(NotSignedInError):
        _ask(headers)


def test_bytes_that_are_no_text_sign_nobody_in() -> None:
    trust = proxy_trust(_environment())
    assert trust is not None
    raw = [(b"remote-user", b"\xff\xfe"), (b"x-proxy-secret", SECRET.encode())]
    with pytest.raises(NotSignedInError):
        forwarded_user(raw, PROXY, trust, Access())


def test_missing_groups_are_no_groups() -> None:
    assert getattr(_ask(_without("remote-groups")), "groups") == ()  # noqa: B009


def test_header_names_are_settings() -> None:
    access = Access(user_header="X-Forwarded-User", groups_header="X-Forwarded-Groups")
    headers = [("x-forwarded-user", "boris"), ("x-forwarded-groups", "admins"), ("x-proxy-secret", SECRET)]
    assert getattr(_ask(headers, access=access), "name") == "boris"  # noqa: B009
    with pytest.raises(NotSignedInError):
        _ask(GOOD, access=access)


@pytest.mark.parametrize(
    ("proxies", "secret", "words"),
    [
        (PROXY, "", "at least 32"),
        (PROXY, "short", "at least 32"),
        ("", SECRET, "empty"),
        ("0.0.0.0/0", SECRET, "every address"),
        ("::/0", SECRET, "every address"),
        ("proxy.local", SECRET, "no address"),
    ],
)
def test_a_trust_that_cannot_be_meant_stops_the_start(proxies: str, secret: str, words: str) -> None:
    with pytest.raises(ConfigurationError, match=words) as caught:
        proxy_trust(_environment(proxies, secret))
    assert SECRET not in str(caught.value)


def test_without_proxies_nobody_is_believed() -> None:
    assert proxy_trust(_environment("", "")) is None
