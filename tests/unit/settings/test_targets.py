"""Where a test button may connect to."""

import contextlib
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import ClassVar

import pytest

from synapse.settings.connections.report import ConnectionTestError
from synapse.settings.connections.targets import TargetPolicy, find_target, request

OPEN_INSIDE = TargetPolicy.of(["127.0.0.0/8", "10.0.0.0/8", "::1/128", "169.254.0.0/16", "fd00::/8"])


def _policy(*addresses: str, networks: Sequence[str] = ()) -> TargetPolicy:
    return TargetPolicy(TargetPolicy.of(networks).private_networks, lambda host, port: addresses)


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254",
        "169.254.0.1",
        "fe80::1",
        "fe80::1%eth0",
        "224.0.0.1",
        "ff02::1",
        "0.0.0.0",
        "::",
        "240.0.0.1",
        "255.255.255.255",
        "fd00:ec2::254",
        "100.100.100.200",
        "::ffff:169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "2002:a9fe:a9fe::1",
    ],
)
def test_service_addresses_are_never_reached_even_where_private_ones_are(address: str) -> None:
    policy = TargetPolicy(OPEN_INSIDE.private_networks, lambda host, port: [address])
    with pytest.raises(ConnectionTestError):
        find_target("anything.example", 80, policy)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1", "::1", "fc00::1", "::ffff:10.0.0.1",
     "64:ff9b::7f00:1", "2002:7f00:1::1"],
)  # fmt: skip
def test_private_addresses_need_the_administrators_word(address: str) -> None:
    with pytest.raises(ConnectionTestError) as caught:
        find_target("inside.example", 80, _policy(address))
    assert "Разрешённые внутренние сети" in caught.value.finding.hint.ru


def test_an_allowed_network_and_public_addresses_are_reached_at_the_judged_address() -> None:
    assert find_target("a.example", 80, _policy("10.0.0.7", networks=["10.0.0.0/24"])).address == "10.0.0.7"
    assert find_target("b.example", 80, _policy("93.184.216.34")).address == "93.184.216.34"
    with pytest.raises(ConnectionTestError):
        find_target("c.example", 80, _policy("10.0.1.7", networks=["10.0.0.0/24"]))


def test_one_forbidden_address_among_several_is_enough_to_refuse() -> None:
    with pytest.raises(ConnectionTestError):
        find_target("mixed.example", 80, _policy("93.184.216.34", "127.0.0.1"))


def test_other_spellings_of_loopback_are_judged_by_their_address() -> None:
    for spelling in ("2130706433", "0x7f.1", "127.1", "localhost"):
        with pytest.raises(ConnectionTestError):
            find_target(spelling, 80, TargetPolicy())


class _Seen(BaseHTTPRequestHandler):
    hosts: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.hosts.append(self.headers["Host"])
        if self.path == "/away":
            self.send_response(302)
            self.send_header("Location", "http://169.254.169.254/latest/meta-data/")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.send_response(200)
        self.end_headers()
        if self.path == "/endless":
            with contextlib.suppress(ConnectionError):  # the client hangs up when it has enough
                for _ in range(64):
                    self.wfile.write(b"x" * 65536)

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def port() -> object:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Seen)
    Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def test_the_request_goes_to_the_judged_address_under_the_given_name(port: int) -> None:
    asked: list[str] = []

    def resolve(host: str, number: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    policy = TargetPolicy(OPEN_INSIDE.private_networks, resolve)
    assert request("GET", f"http://metabase.example:{port}/", policy).status_code == 200
    assert asked == ["metabase.example"], "the name is looked up once"
    assert _Seen.hosts[-1] == f"metabase.example:{port}"


def test_redirects_are_not_followed_and_endless_answers_are_cut(port: int) -> None:
    assert request("GET", f"http://127.0.0.1:{port}/away", OPEN_INSIDE).status_code == 302
    assert len(request("GET", f"http://127.0.0.1:{port}/endless", OPEN_INSIDE).content) == 1 << 20


def test_a_dead_port_is_told_without_the_url(port: int) -> None:
    with pytest.raises(ConnectionTestError) as caught:
        request("GET", "http://127.0.0.1:9/bot123:SECRET/getMe", OPEN_INSIDE)
    assert "SECRET" not in str(caught.value)
    assert "не принимает соединение" in caught.value.finding.summary.ru
