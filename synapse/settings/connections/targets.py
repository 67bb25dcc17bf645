"""Where Synapse may connect to when a person presses a button: names resolved once, addresses judged, pinned.

Link-local addresses (cloud metadata among them), multicast, reserved and unspecified ones are never reached;
private ones only inside the networks of ``privacy.allow_private_targets``. The connection goes to the address
that was judged, so that a name cannot change its meaning in between (DNS rebinding), and no redirect is
followed.
"""

import ipaddress
import socket
import ssl
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

from synapse.settings.connections.report import ConnectionTestError
from synapse.settings.words import Bilingual

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
IpNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolver = Callable[[str, int], Sequence[str]]

MAX_ANSWER_BYTES = 1 << 20
# Metadata services outside link-local space: AWS over IPv6, Alibaba, Oracle's second address.
_METADATA = frozenset(map(ipaddress.ip_address, ("fd00:ec2::254", "100.100.100.200", "192.0.0.192")))
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_SHARED = ipaddress.ip_network("100.64.0.0/10")


def _system_resolver(host: str, port: int) -> Sequence[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True)
class TargetPolicy:
    """Which private networks may be reached.

    Attributes:
        private_networks: From ``privacy.allow_private_targets``.
        resolve: Name and port to addresses.
    """

    private_networks: tuple[IpNetwork, ...] = ()
    resolve: Resolver = _system_resolver

    @classmethod
    def of(cls, networks: Iterable[str]) -> "TargetPolicy":
        """Return the policy of the settings."""
        return cls(tuple(ipaddress.ip_network(network) for network in networks))


@dataclass(frozen=True)
class Target:
    """An address that was judged fit.

    Attributes:
        host: Name as the person gave it, for certificates and the Host header.
        port: TCP port.
        address: Where the connection goes.
    """

    host: str
    port: int
    address: str


def _unwrapped(address: IpAddress) -> IpAddress:
    """The IPv4 address inside an IPv6 one, where one is."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address.sixtofour is not None:
            return address.sixtofour
        if address in _NAT64:
            return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def judge(address: str, policy: TargetPolicy) -> None:
    """Go on only if the address may be reached.

    Raises:
        ConnectionTestError: The policy forbids it.
    """
    found = _unwrapped(ipaddress.ip_address(address.partition("%")[0]))
    is_never = (
        found.is_link_local
        or found.is_multicast
        or found.is_unspecified
        or found in _METADATA
        or (found.is_reserved and not found.is_loopback)
    )
    if is_never:
        raise ConnectionTestError(
            Bilingual(f"На адрес {found} Synapse не подключается.", f"Synapse never connects to {found}."),
            Bilingual("Это служебный адрес; укажите другой.", "It is a service address; give another one."),
        )
    is_private = not found.is_global or found in _SHARED
    if is_private and not any(found in network for network in policy.private_networks):
        raise ConnectionTestError(
            Bilingual(
                f"Адрес {found} во внутренней сети, и она не разрешена.",
                f"The address {found} lies in a private network that is not allowed.",
            ),
            Bilingual(
                f"Добавьте {found} или его сеть в «Приватность → Разрешённые внутренние сети».",
                f"Add {found} or its network under Privacy → Private networks that may be reached.",
            ),
        )


def find_target(host: str, port: int, policy: TargetPolicy) -> Target:
    """Resolve a name once and judge every address that it has.

    Raises:
        ConnectionTestError: The name is unknown, or one of its addresses is forbidden.
    """
    try:
        addresses = policy.resolve(host, port)
    except (OSError, UnicodeError) as error:
        raise ConnectionTestError(
            Bilingual(f"Имя {host} не найдено.", f"The name {host} is not known."),
            Bilingual("Проверьте адрес и DNS.", "Look at the address and at DNS."),
        ) from error
    if not addresses:
        raise ConnectionTestError(Bilingual(f"У {host} нет адреса.", f"{host} has no address."))
    for address in addresses:
        judge(address, policy)
    return Target(host, port, addresses[0])


def open_socket(target: Target, *, timeout: float, tls: ssl.SSLContext | None = None) -> socket.socket:
    """Connect to the judged address; the certificate is checked against the name.

    Raises:
        ConnectionTestError: Nobody answers there, or the certificate is not theirs.
    """
    try:
        plain = socket.create_connection((target.address, target.port), timeout)
        return tls.wrap_socket(plain, server_hostname=target.host) if tls is not None else plain
    except (OSError, ssl.SSLError) as error:
        raise unreachable(target.host, target.port, error) from error


def unreachable(host: str, port: int, error: Exception) -> ConnectionTestError:
    """Say in plain words why a connection failed."""
    where = f"{host}:{port}"
    if isinstance(error, ssl.SSLCertVerificationError) or "CERTIFICATE_VERIFY_FAILED" in str(error):
        return ConnectionTestError(
            Bilingual(f"Сертификат {where} не прошёл проверку.", f"The certificate of {where} is not valid."),
            Bilingual("Исправьте сертификат на той стороне.", "Mend the certificate on the other side."),
        )
    if isinstance(error, ssl.SSLError) or "SSL" in str(error):
        return ConnectionTestError(
            Bilingual(f"{where} не говорит по TLS.", f"{where} does not speak TLS."),
            Bilingual("Проверьте порт и вид шифрования.", "Look at the port and the kind of encryption."),
        )
    if isinstance(error, TimeoutError | httpx.TimeoutException):
        return ConnectionTestError(
            Bilingual(f"{where} не отвечает.", f"{where} does not answer in time."),
            Bilingual("Проверьте адрес, порт и сетевой экран.", "Look at the address, port and firewall."),
        )
    return ConnectionTestError(
        Bilingual(f"{where} не принимает соединение.", f"{where} refuses the connection."),
        Bilingual("Запущен ли там сервис?", "Does the service run there?"),
    )


def request(
    method: str,
    url: str,
    policy: TargetPolicy,
    *,
    timeout: float = 10.0,
    headers: Mapping[str, str] | None = None,
    json: Any = None,
    content: bytes | None = None,
) -> httpx.Response:
    """Send one HTTP request to the judged address; follows no redirect, reads at most a megabyte.

    Args:
        method: HTTP method.
        url: http or https; it may hold a secret, so that no message repeats it.
        policy: Where it may go.
        timeout: Seconds for each step.
        headers: Headers to send.
        json: Body as JSON.
        content: Body as bytes.

    Raises:
        ConnectionTestError: It may not go there, or nobody answers.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    target = find_target(host, port, policy)
    pinned = httpx.URL(url).copy_with(host=target.address)
    sent = {"Host": parts.netloc.rpartition("@")[2], "User-Agent": "Synapse", **(headers or {})}
    extensions = {"sni_hostname": host} if parts.scheme == "https" else {}
    try:
        with (
            httpx.Client(trust_env=False, follow_redirects=False, timeout=timeout) as client,
            client.stream(
                method, pinned, headers=sent, json=json, content=content, extensions=extensions
            ) as answer,
        ):
            body = b""
            for chunk in answer.iter_bytes():
                body += chunk
                if len(body) > MAX_ANSWER_BYTES:
                    break
            kept = {
                name: value
                for name, value in answer.headers.items()
                if name not in ("content-encoding", "content-length", "transfer-encoding")
            }
            return httpx.Response(answer.status_code, headers=kept, content=body[:MAX_ANSWER_BYTES])
    except httpx.HTTPError as error:
        raise unreachable(host, port, error) from error
