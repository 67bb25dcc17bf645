"""What every request passes: an id, security headers and one line in the log."""

import re
import time
import uuid
from collections.abc import Callable

import structlog
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import unexpected_response

_log = structlog.get_logger("api.access")
_REQUEST_ID = re.compile(rb"[A-Za-z0-9_.-]{8,64}")

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'self'",
        "base-uri 'none'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "img-src 'self' data:",
        "media-src 'self' blob:",
        "object-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
    ]
)
_SECURITY_HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


class RequestEnvelope:
    """ASGI middleware; a route may set a stricter or laxer header itself, that one stays.

    Args:
        app: The application inside.
        note: Called with method, route, status and seconds of every request.
    """

    def __init__(self, app: ASGIApp, note: Callable[[str, str, int, float], None]) -> None:
        self.app = app
        self._note = note

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request inside the envelope."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = scope["request_id"] = _request_id(scope)
        began = time.perf_counter()
        status = 500
        has_begun = False

        async def send_with_headers(message: Message) -> None:
            nonlocal status, has_begun
            if message["type"] == "http.response.start":
                has_begun = True
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["x-request-id"] = request_id
                for name, value in _SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        bound = structlog.contextvars.bind_contextvars(request_id=request_id)
        try:
            await self.app(scope, receive, send_with_headers)
        except Exception as error:
            if has_begun:
                raise  # half an answer is out: the server must cut the connection
            # Here rather than in a handler, so that this answer is inside the envelope too.
            await unexpected_response(Request(scope), error)(scope, receive, send_with_headers)
        finally:
            # The route's template, not the path: a path may hold a phone number.
            route = getattr(scope.get("route"), "path", None) or "unmatched"
            seconds = time.perf_counter() - began
            self._note(scope["method"], route, status, seconds)
            _log.info(
                "request",
                method=scope["method"],
                route=route,
                status=status,
                milliseconds=round(seconds * 1000, 1),
            )
            structlog.contextvars.reset_contextvars(**bound)


def _request_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _REQUEST_ID.fullmatch(value):
            return str(value.decode("ascii"))
    return uuid.uuid4().hex
