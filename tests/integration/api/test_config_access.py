"""Every route × every caller: who may, who may not, and who only pretends."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from api.route_list import every_route
from synapse.environment import load_environment
from synapse.security.accounts import list_accounts, set_account
from synapse.security.audit import Actor
from synapse.security.roles import Role
from synapse.settings.policies import Access

PROXY, OUTSIDER = "172.20.0.2", "203.0.113.9"
SECRET = "p" * 40
REFUSED = {401, 403}
# Open to machines or to everybody by design: they look at keys of their own, or hold nothing.
OPEN = (
    "/health",
    "/events",
    "/ingest",
    "/hooks",
    "/forms",
    "/tag.js",
    "/objects",
    "/metrics",
    "/branding",
    "/preferences",
)
PAGES = ("settings", "secrets", "history", "profiles", "audit", "users", "keys")
ADMIN_ONLY = ("/config", *(f"/admin/{page}" for page in PAGES))
ANY_ROLE = ("/config/whoami",)
SAMPLES = {
    "name": "asr",
    "version": "1",
    "integration": "database",
    "id": "1",
    "conversation_id": "call:1",
    "contact_id": "1",
}


def _app(monkeypatch: pytest.MonkeyPatch) -> FastAPI:
    monkeypatch.setenv("SYNAPSE_TRUSTED_PROXIES", PROXY)
    monkeypatch.setenv("SYNAPSE_PROXY_SECRET", SECRET)
    return create_app(load_environment())


@pytest.fixture
def app(home: Path, monkeypatch: pytest.MonkeyPatch) -> FastAPI:
    return _app(monkeypatch)


def _client(app: FastAPI, address: str) -> TestClient:
    return TestClient(
        app,
        base_url="https://synapse.example",
        client=(address, 5000),
        raise_server_exceptions=False,
        follow_redirects=False,
    )


@pytest.fixture
def proxied(app: FastAPI) -> Iterator[TestClient]:
    with _client(app, PROXY) as client:
        yield client


def _headers(groups: str, *, user: str = "anna", secret: str = SECRET) -> dict[str, str]:
    found = {"Remote-User": user, "Remote-Groups": groups, "X-Proxy-Secret": secret}
    return {name: value for name, value in found.items() if value}


def _routes(app: FastAPI) -> list[tuple[str, str]]:
    found = []
    for route in every_route(app):
        if not route.path.startswith(OPEN):
            path = re.sub(r"\{(\w+)(?::\w+)?\}", lambda part: SAMPLES.get(part[1], "1"), route.path)
            found.append((route.method, path))
    return found


def _ask(client: TestClient, method: str, path: str, headers: dict[str, str]) -> int:
    body = {"json": {}} if method in ("PUT", "POST", "PATCH") else {}
    return int(client.request(method, path, headers=headers, **body).status_code)


def test_nobody_and_nobodys_forgery_passes_any_route(app: FastAPI, proxied: TestClient) -> None:
    outsider = _client(app, OUTSIDER)
    loopback = _client(app, "127.0.0.1")
    attempts: dict[str, tuple[TestClient, dict[str, str]]] = {
        "anonymous through the proxy": (proxied, {}),
        "anonymous through the proxy with its secret": (proxied, {"X-Proxy-Secret": SECRET}),
        "headers without the secret": (proxied, _headers("admins", secret="")),
        "headers with a wrong secret": (proxied, _headers("admins", secret="q" * 40)),
        "anonymous from outside": (outsider, {}),
        "headers and secret from outside": (outsider, _headers("admins")),
        "headers, secret and a claimed address": (
            outsider,
            {**_headers("admins"), "X-Forwarded-For": PROXY, "X-Real-IP": PROXY, "Forwarded": f"for={PROXY}"},
        ),
        "the machine itself, which a proxy mode does not sign in": (loopback, {"Host": "127.0.0.1"}),
        "a group that gives no role": (proxied, _headers("staff")),
        "no group": (proxied, _headers("")),
        "a forged API key": (proxied, {"Authorization": "Bearer syn_" + "A" * 43}),
        "another proxy's header names": (
            proxied,
            {"X-Forwarded-User": "root", "X-Forwarded-Groups": "admins", "X-Proxy-Secret": SECRET},
        ),
    }
    passed = [
        (name, method, path, status)
        for method, path in _routes(app)
        for name, (client, headers) in attempts.items()
        if (status := _ask(client, method, path, headers)) not in REFUSED
    ]
    assert passed == []


@pytest.mark.parametrize("role", [Role.OBSERVER, Role.REVIEWER, Role.EXPERT])
def test_administration_is_closed_to_every_other_role(app: FastAPI, proxied: TestClient, role: Role) -> None:
    headers = _headers(f"{role.value}s", user=role.value)
    admin_routes = [
        (method, path)
        for method, path in _routes(app)
        if path.startswith(ADMIN_ONLY) and path not in ANY_ROLE
    ]
    assert len(admin_routes) > 25
    wrong = [
        (method, path, status)
        for method, path in admin_routes
        if (status := _ask(proxied, method, path, headers)) != 403
    ]
    assert wrong == []
    assert proxied.get("/config/whoami", headers=headers).json()["role"] == role.value


def test_an_administrator_passes_every_route_of_administration_and_none_breaks(
    app: FastAPI, proxied: TestClient
) -> None:
    headers = _headers("admins", user="root")
    wrong = [
        (method, path, status)
        for method, path in _routes(app)
        if path.startswith(("/config", "/admin"))
        if (status := _ask(proxied, method, path, headers)) in REFUSED or status >= 500
        if not (status == 503 and path.startswith("/config/secrets/"))  # no master key in this test
    ]
    assert wrong == []


def test_the_highest_of_several_groups_counts(proxied: TestClient) -> None:
    headers = _headers("observers,experts,reviewers")
    assert proxied.get("/config/whoami", headers=headers).json() == {
        "name": "anna",
        "role": "expert",
        "is_local": False,
    }


def test_a_role_of_ones_own_wins_over_groups_and_a_block_over_everything(
    proxied: TestClient, engine: sa.Engine
) -> None:
    def decide(role: Role | None, *, is_blocked: bool = False) -> None:
        with engine.begin() as connection:
            set_account(connection, "anna", role=role, is_blocked=is_blocked, author=Actor("root", "admin"))

    def role() -> Any:
        answer = proxied.get("/config/whoami", headers=_headers("observers"))
        return answer.json().get("role", answer.status_code)

    assert role() == "observer"
    decide(Role.EXPERT)
    assert role() == "expert"
    decide(Role.ADMIN, is_blocked=True)
    assert role() == 403
    decide(None)
    assert role() == "observer"
    with engine.connect() as connection:
        (account,) = list_accounts(connection, Access())
    assert (account.name, account.groups) == ("anna", ("observers",))


def test_new_header_names_and_group_roles_hold_at_once(proxied: TestClient) -> None:
    root = _headers("admins", user="root")
    access = {"user_header": "X-Forwarded-User", "groups_header": "X-Forwarded-Groups"}
    access |= {"group_roles": {"chiefs": "admin"}}
    both = {**root, "X-Forwarded-User": "root", "X-Forwarded-Groups": "chiefs"}  # the proxy is ready for it
    saved = proxied.put("/config/section/access", json=access, headers={**both, "If-Match": "*"})
    assert saved.status_code == 200
    assert proxied.get("/config/whoami", headers=root).status_code == 401
    chief = {"X-Forwarded-User": "eva", "X-Forwarded-Groups": "chiefs", "X-Proxy-Secret": SECRET}
    assert proxied.get("/config/whoami", headers=chief).json()["role"] == "admin"


@pytest.mark.parametrize(
    "extra",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "multipart/form-data; boundary=x"},
    ],
)
def test_another_sites_page_cannot_make_an_administrator_change_anything(
    proxied: TestClient, extra: dict[str, str]
) -> None:
    headers = {**_headers("admins", user="root"), "If-Match": "*", **extra}
    answer = proxied.put("/config/section/asr", content=b"{}", headers=headers)
    assert answer.status_code in (400, 403)  # 400: the form itself is broken
    assert proxied.get("/config/version", headers=_headers("admins", user="root")).json()["version"] == 0


def test_a_guesser_of_keys_is_slowed_down(app: FastAPI) -> None:
    with _client(app, OUTSIDER) as outsider:
        statuses = [
            outsider.post("/events", json={}, headers={"X-Synapse-Key": f"wrong-{n}"}).status_code
            for n in range(150)
        ]
    assert statuses[0] == 401
    assert 429 in statuses


def test_cookies_and_headers_are_set_safely(proxied: TestClient) -> None:
    answer = proxied.get("/config/whoami", headers=_headers("observers"))
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert "set-cookie" not in answer.headers


ACCESS = "/config/section/access"


@pytest.mark.parametrize(
    ("wanted", "path"),
    [
        ({"user_header": "X-Forwarded-User"}, "/access/user_header"),
        ({"secret_header": "X-Other-Secret"}, "/access/user_header"),
        ({"group_roles": {"staff": "admin"}}, "/access/group_roles"),
    ],
)
def test_an_admin_cannot_save_rules_that_would_refuse_the_same_request(
    proxied: TestClient, wanted: dict[str, object], path: str
) -> None:
    headers = _headers("admins", user="root")
    seen = proxied.get(ACCESS, headers=headers).headers["etag"]
    for answer in (
        proxied.put(ACCESS, headers={**headers, "If-Match": seen}, json=wanted),
        proxied.post("/config/validate", headers=headers, json={"sections": {"access": wanted}}),
    ):
        errors = answer.json()["errors"]
        assert [error["path"] for error in errors] == [path]
    assert proxied.get(ACCESS, headers=headers).headers["etag"] == seen
    page = proxied.get("/admin/settings/access", headers={**headers, "accept": "text/html"})
    assert page.status_code == 200


def test_rules_that_still_know_the_admin_are_saved(proxied: TestClient) -> None:
    headers = _headers("admins,staff", user="root")
    seen = proxied.get(ACCESS, headers=headers).headers["etag"]
    wanted = {"group_roles": {"staff": "admin"}}
    assert proxied.put(ACCESS, headers={**headers, "If-Match": seen}, json=wanted).status_code == 200


@pytest.mark.parametrize(("scheme", "is_secure"), [("https", True), ("http", False)])
def test_preference_cookies_are_secure_where_the_browser_speaks_https_to_the_proxy(
    proxied: TestClient, scheme: str, is_secure: bool
) -> None:
    headers = {**_headers("observers"), "X-Forwarded-Proto": scheme}
    answer = proxied.get("/preferences?language=en&theme=dark", headers=headers)
    cookies = answer.headers.get_list("set-cookie")
    assert len(cookies) == 2
    assert all(("Secure" in cookie) is is_secure for cookie in cookies)
