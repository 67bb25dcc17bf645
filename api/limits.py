"""How often one address may ask endpoints that are open to the internet."""

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import problem_response
from synapse.security.forward_auth import ProxyTrust, is_trusted_peer
from synapse.security.rate_limit import RateLimiter

PUBLIC_PREFIXES = ("/events", "/ingest", "/notify", "/forms", "/hooks", "/tag.js")
REQUESTS_PER_SECOND = 500.0
REQUESTS_AT_ONCE = 2000
REFUSALS_PER_SECOND = 0.2
REFUSALS_AT_ONCE = 60


def client_address(scope: Scope, trust: ProxyTrust | None) -> str:
    """Return who is at the other end: behind a trusted proxy, whom the proxy names last."""
    client = scope.get("client")
    peer = str(client[0]) if client else ""
    if trust is None or not is_trusted_peer(peer, trust):
        return peer
    values = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
    hops = b",".join(values).decode("latin-1").split(",")
    outside = (hop.strip() for hop in reversed(hops) if not is_trusted_peer(hop.strip(), trust))
    return next(outside, "") or peer


class PublicLimits:
    """ASGI middleware: a flood, or a guesser of keys, gets 429 with ``Retry-After``.

    Args:
        app: The application behind it.
        trust: Trusted proxies, whose word on the client's address counts.
    """

    def __init__(self, app: ASGIApp, trust: ProxyTrust | None) -> None:
        self.app = app
        self._trust = trust
        self._requests = RateLimiter(per_second=REQUESTS_PER_SECOND, burst=REQUESTS_AT_ONCE)
        self._refusals = RateLimiter(per_second=REFUSALS_PER_SECOND, burst=REFUSALS_AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it."""
        if scope["type"] != "http" or not scope["path"].startswith(PUBLIC_PREFIXES):
            await self.app(scope, receive, send)
            return
        address = client_address(scope, self._trust)
        wait = self._requests.wait_seconds(address) or self._refusals.would_wait_seconds(address)
        if wait:
            headers = {"Retry-After": str(int(wait) + 1)}
            detail = "Too many requests from this address."
            answer = problem_response(Request(scope), 429, detail, headers=headers)
            await answer(scope, receive, send)
            return

        async def watch(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 401:
                self._refusals.wait_seconds(address)
            await send(message)

        await self.app(scope, receive, watch)
