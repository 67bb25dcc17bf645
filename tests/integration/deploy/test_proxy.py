"""The proxy's snippets under a real nginx, with a stand-in for Authelia and one for Synapse behind it."""

import json
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from synapse.embedded.postgres import free_port
from synapse.embedded.processes import wait_until
from synapse.environment import PROJECT_ROOT
from synapse.security import csrf

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
pytestmark = pytest.mark.skipif(
    NGINX is None, reason="nginx is not on this machine: the forward-auth flow and `nginx -t` were not run"
)

SECRET = "s" * 64
SNIPPETS = PROJECT_ROOT / "deploy" / "proxy" / "snippets"
KNOWN = (SNIPPETS / "known-headers.conf").read_text()
IDENTITY = ("remote-user", "remote-groups", "remote-name", "remote-email", "x-proxy-secret")
FORGED = {
    "Remote-User": "root",
    "Remote-Groups": "admins",
    "Remote-Name": "Root",
    "Remote-Email": "root@example.com",
    "X-Forwarded-User": "root",
    "X-Forwarded-Groups": "admins",
    "X-Proxy-Secret": SECRET,
    "X-Forwarded-For": "127.0.0.1",
    "X-Real-IP": "127.0.0.1",
    "Forwarded": "for=127.0.0.1",
    "Remote_User": "root",
}


@dataclass
class Behind:
    """What stands behind the proxy."""

    url: str
    asked: list[dict[str, str]] = field(default_factory=list)


def _serve(handler: type[BaseHTTPRequestHandler]) -> ThreadingHTTPServer:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@pytest.fixture
def asked() -> list[dict[str, str]]:
    """Headers with which Authelia's stand-in was asked."""
    return []


@pytest.fixture
def servers(asked: list[dict[str, str]]) -> Iterator[tuple[int, int]]:
    """Ports of the stand-ins: Authelia knows the cookie "olga"; the application tells what reached it."""

    class Authelia(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append({name.lower(): value for name, value in self.headers.items()})
            if self.headers.get("Cookie") == "session=olga":
                self.send_response(200)
                self.send_header("Remote-User", "olga")
                self.send_header("Remote-Groups", "experts")
            else:
                self.send_response(401)
                self.send_header("Location", "https://auth.example.com/")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    class Application(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            reached = [[name.lower(), value] for name, value in self.headers.items()]
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({"path": self.path, "headers": reached}).encode())

        do_POST = do_GET  # noqa: N815  the name that the library asks for

        def log_message(self, *_: object) -> None:
            return

    authelia, application = _serve(Authelia), _serve(Application)
    yield authelia.server_port, application.server_port
    authelia.shutdown()
    application.shutdown()


@pytest.fixture(params=["synapse.conf", "dagster.conf", "metabase.conf", "grafana.conf"])
def host(request: pytest.FixtureRequest) -> str:
    """The snippet of one proxy host."""
    return str(request.param)


@pytest.fixture
def proxy(host: str, servers: tuple[int, int], tmp_path: Path) -> Iterator[str]:
    """nginx with a host as Nginx Proxy Manager writes one, and the snippets as they are shipped."""
    authelia, application = servers
    folder = tmp_path / "snippets"
    folder.mkdir()
    (tmp_path / "proxy_secret.conf").write_text(f'proxy_set_header X-Proxy-Secret "{SECRET}";')
    for snippet in SNIPPETS.glob("*.conf"):
        text = snippet.read_text().replace("/snippets/", f"{folder}/")
        text = text.replace("/run/secrets/", f"{tmp_path}/").replace("authelia:9091", f"127.0.0.1:{authelia}")
        (folder / snippet.name).write_text(text)
    port = free_port()
    config = tmp_path / "nginx.conf"
    config.write_text(
        f"""daemon off; pid {tmp_path}/nginx.pid; error_log {tmp_path}/error.log;
        events {{}}
        http {{
          access_log off; client_body_temp_path {tmp_path}/body; proxy_temp_path {tmp_path}/proxy;
          fastcgi_temp_path {tmp_path}/f; uwsgi_temp_path {tmp_path}/u; scgi_temp_path {tmp_path}/s;
          server {{
            listen 127.0.0.1:{port};
            set $forward_scheme http; set $server "127.0.0.1"; set $port {application};
            include {folder}/{host};
          }}
        }}"""
    )
    # The workers drop to another user, which must reach the folders that pytest closes.
    for parent in [tmp_path, *list(tmp_path.parents)[:2]]:
        os.chmod(parent, 0o755)  # noqa: PTH101
    assert NGINX is not None
    checked = subprocess.run([NGINX, "-t", "-c", str(config)], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    server = subprocess.Popen([NGINX, "-c", str(config)], stderr=subprocess.DEVNULL)
    assert wait_until((tmp_path / "nginx.pid").exists, 10), (tmp_path / "error.log").read_text()
    yield f"http://127.0.0.1:{port}"
    server.terminate()
    server.wait(10)


def _reached(answer: httpx.Response) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in answer.json()["headers"]:
        found.setdefault(name, []).append(value)
    return found


def test_a_stranger_is_sent_to_the_sign_in_and_reaches_nothing(proxy: str) -> None:
    for path in ("/", "/admin/settings/asr", "/config/full", "//", "/graphql", "/api/card", "/events/x"):
        answer = httpx.get(proxy + path, headers=FORGED)
        assert (answer.status_code, answer.headers["location"]) == (302, "https://auth.example.com/"), path


def test_who_is_signed_in_comes_from_authelia_and_never_from_the_client(proxy: str, host: str) -> None:
    answer = httpx.get(proxy + "/page?x=1", headers={**FORGED, "Cookie": "session=olga"})
    assert answer.status_code == 200
    assert answer.json()["path"] == "/page?x=1"
    reached = _reached(answer)
    assert reached["remote-user"] == ["olga"]
    assert reached["remote-groups"] == ["experts"]
    assert "remote-name" not in reached
    assert "remote-email" not in reached
    assert not {"x-forwarded-user", "x-forwarded-groups", "remote_user", "forwarded"} & reached.keys()
    assert reached["x-forwarded-for"] == ["127.0.0.1"]  # the peer, not what was claimed beside it
    assert reached["x-forwarded-proto"] == ["http"]
    (request_id,) = reached["x-request-id"]
    assert re.fullmatch("[0-9a-f]{32}", request_id)
    assert reached.get("x-proxy-secret") == ([SECRET] if host == "synapse.conf" else None)


@pytest.mark.parametrize("host", ["synapse.conf"], indirect=True)
def test_no_name_at_all_lets_a_signed_in_person_pass_for_another(proxy: str) -> None:
    named = {
        "X-Synapse-User": "root",
        "X-Auth-Request-User": "root",
        "X-Remote-User": "root",
        "Auth-User": "root",
    }
    answer = httpx.get(proxy + "/", headers={**FORGED, **named, "Cookie": "session=olga"})
    values = {value for values in _reached(answer).values() for value in values}
    assert not {"root", "Root", "root@example.com", "admins"} & values


@pytest.mark.parametrize("host", ["synapse.conf"], indirect=True)
def test_what_the_pages_need_of_a_client_reaches_them(proxy: str) -> None:
    sent = {name.lower(): f"value of {name}" for name in re.findall(r"proxy_set_header (\S+) \$http_", KNOWN)}
    sent |= {"cookie": "session=olga", "accept-encoding": "gzip"}
    assert {csrf.HEADER.lower(), "range", "if-match", "sec-fetch-site", "origin", "hx-request"} <= sent.keys()
    answer = httpx.post(proxy + "/form", headers=sent, content=b"a=b")
    reached = _reached(answer)
    assert {name: reached.get(name) for name in sent} == {name: [value] for name, value in sent.items()}
    assert reached["content-length"] == ["3"]


def test_a_part_of_a_page_makes_the_browser_load_the_page_anew_where_the_session_ended(proxy: str) -> None:
    answer = httpx.get(proxy + "/leaks/rows", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["hx-refresh"]) == (401, "true")


def test_authelia_learns_the_address_that_was_asked_for(proxy: str, asked: list[dict[str, str]]) -> None:
    httpx.post(proxy + "/x?y=1", headers={**FORGED, "Host": "synapse.example"}, content=b"body")
    (question,) = asked
    assert question["x-original-url"] == "http://synapse.example/x?y=1"
    assert question["x-original-method"] == "POST"
    assert question["x-forwarded-for"] == "127.0.0.1"
    assert question.get("content-length", "") == ""


def test_the_question_itself_cannot_be_asked_from_outside(proxy: str) -> None:
    assert httpx.get(proxy + "/internal/authelia/authz").status_code == 404


@pytest.mark.parametrize("host", ["authelia.conf"], indirect=True)
def test_the_sign_in_page_is_told_the_true_address(proxy: str) -> None:
    reached = _reached(httpx.get(proxy + "/", headers=FORGED))
    assert reached["x-forwarded-for"] == ["127.0.0.1"]
    assert not {*IDENTITY, "forwarded"} & reached.keys()


@pytest.mark.parametrize("host", ["synapse.conf"], indirect=True)
@pytest.mark.parametrize("path", ["/events", "/tag.js", "/ingest/asterisk/cdr", "/health/live"])
def test_machines_pass_without_a_sign_in_and_without_an_identity(proxy: str, path: str) -> None:
    answer = httpx.post(proxy + path, headers={**FORGED, "Authorization": "Bearer key"}, content=b"{}")
    assert answer.status_code == 200
    reached = _reached(answer)
    assert not {*IDENTITY, "x-forwarded-user", "x-forwarded-groups", "forwarded"} & reached.keys()
    assert reached["authorization"] == ["Bearer key"]
    assert reached["x-forwarded-for"] == ["127.0.0.1"]


@pytest.mark.parametrize("host", ["synapse.conf"], indirect=True)
def test_what_is_for_inside_only_is_not_there_from_outside(proxy: str) -> None:
    for path in ("/notify/storage", "/metrics"):
        assert httpx.post(proxy + path, headers={"Cookie": "session=olga"}).status_code == 404


@pytest.mark.parametrize("host", ["metabase.conf"], indirect=True)
@pytest.mark.parametrize(
    "path",
    [
        "/api/setup",
        "/api/setup/",
        "/api//setup",
        "/api/%73etup",
        "/API/Setup",
        "/api/x/../setup",
        "/api/session/reset_password",
        "/api/session/forgot_password",
        "/api/session/password_reset_token_valid",
        "/setup",
        "/auth/reset_password/token",
    ],
)
def test_metabases_ways_in_are_closed_to_everybody(proxy: str, path: str) -> None:
    request = httpx.Request("POST", proxy + "/", headers={"Cookie": "session=olga"})
    request.url = request.url.copy_with(raw_path=path.encode())
    with httpx.Client() as client:
        assert client.send(request).status_code == 403
