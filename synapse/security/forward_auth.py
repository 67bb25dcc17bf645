"""Who the sign-in proxy says is asking: believed only from its address and with its secret.

The proxy (Authelia behind Nginx Proxy Manager, or another with forward authentication) sets the headers after
it signed the person in. A client can send the same headers, so three things must agree: the other end of the
TCP connection is a trusted proxy, the shared secret is right, and each header stands there exactly once.
"""

import hmac
import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from synapse.environment import Environment
from synapse.errors import ConfigurationError
from synapse.security.users import AccessDeniedError
from synapse.settings.policies import Access

IpNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network
RawHeaders = Iterable[tuple[bytes, bytes]]

MIN_SECRET_LENGTH = 32
_USER = re.compile(r"[\w.@+-]{1,128}")
_GROUP = re.compile(r"[\w.@+: -]{1,128}")
_MAX_GROUPS = 200


class NotSignedInError(AccessDeniedError):
    """Nobody is signed in, or nobody who may say so vouches for them."""


@dataclass(frozen=True)
class ProxyTrust:
    """Which proxies are believed.

    Attributes:
        networks: Addresses of the proxies.
        secret: What they send in the secret header.
    """

    networks: tuple[IpNetwork, ...]
    secret: str = field(repr=False)


@dataclass(frozen=True)
class ForwardedUser:
    """A person that a trusted proxy vouches for."""

    name: str
    display_name: str
    groups: tuple[str, ...]


def proxy_trust(environment: Environment) -> ProxyTrust | None:
    """Return which proxies are trusted; None where none is set up (embedded mode).

    Raises:
        ConfigurationError: Proxies without a secret, a short secret, or a network that trusts everybody.
    """
    texts = [text.strip() for text in environment.trusted_proxies.split(",") if text.strip()]
    secret = environment.proxy_secret.get_secret_value()
    if not texts:
        if secret:
            raise ConfigurationError(
                "SYNAPSE_PROXY_SECRET is set, but SYNAPSE_TRUSTED_PROXIES is empty.",
                hint="Name the proxy's address, for example SYNAPSE_TRUSTED_PROXIES=172.20.0.2.",
            )
        return None
    networks = tuple(_network(text) for text in texts)
    if len(secret) < MIN_SECRET_LENGTH:
        raise ConfigurationError(
            f"SYNAPSE_PROXY_SECRET must have at least {MIN_SECRET_LENGTH} characters.",
            hint="Make one with `openssl rand -hex 32` and give the same to the proxy.",
        )
    return ProxyTrust(networks, secret)


def _network(text: str) -> IpNetwork:
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError as error:
        raise ConfigurationError(
            f"SYNAPSE_TRUSTED_PROXIES names {text!r}, which is no address.",
            hint="Give addresses or networks with commas, such as 172.20.0.2,10.0.0.0/29.",
        ) from error
    if network.prefixlen == 0:
        raise ConfigurationError(
            "SYNAPSE_TRUSTED_PROXIES trusts every address.", hint="Name the proxy's own address."
        )
    return network


def is_trusted_peer(peer: str, trust: ProxyTrust) -> bool:
    """Whether the other end of the connection is one of the proxies."""
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return any((mapped or address) in network for network in trust.networks)


def forwarded_user(headers: RawHeaders, peer: str, trust: ProxyTrust, access: Access) -> ForwardedUser:
    """Return whom the proxy vouches for.

    Args:
        headers: Raw request headers, names in lower case, as ASGI gives them.
        peer: Address of the other end of the TCP connection, not of any header.
        trust: Trusted proxies.
        access: Names of the headers.

    Raises:
        NotSignedInError: The connection does not come from a proxy, its secret is wrong, or a header is
            missing, doubled or malformed.
    """
    if not is_trusted_peer(peer, trust):
        raise NotSignedInError(
            "This request did not come through the sign-in proxy.",
            hint="Open Synapse at the proxy's address.",
        )
    found = list(headers)
    secret = _only(found, access.secret_header)
    if secret is None or not hmac.compare_digest(secret.encode(), trust.secret.encode()):
        raise NotSignedInError(
            "The sign-in proxy did not prove itself.",
            hint="Give the proxy the value of SYNAPSE_PROXY_SECRET and let no location pass without it.",
        )
    name = _only(found, access.user_header)
    if not name or not _USER.fullmatch(name):
        raise NotSignedInError("Nobody is signed in.", hint="Sign in at the proxy and try again.")
    groups = tuple(
        group
        for group in (part.strip() for part in (_only(found, access.groups_header) or "").split(","))
        if _GROUP.fullmatch(group)
    )
    display_name = (_only(found, access.name_header) or "")[:200]
    printable = "".join(character for character in display_name if character.isprintable())
    return ForwardedUser(name, printable, groups[:_MAX_GROUPS])


def _only(headers: Iterable[tuple[bytes, bytes]], name: str) -> str | None:
    """The header's value if it stands there once; proxies send UTF-8 bytes."""
    wanted = name.lower().encode("ascii")
    values = [value for key, value in headers if key.lower() == wanted]
    if len(values) > 1:
        raise NotSignedInError(
            f"The header {name} was sent twice.", hint="The proxy must replace what a client sends."
        )
    if not values:
        return None
    try:
        return values[0].decode("utf-8").strip()
    except UnicodeDecodeError as error:
        raise NotSignedInError(f"The header {name} is not readable.", hint="It must be UTF-8.") from error
