"""Requests to Metabase's API, with errors that say what to do."""

import time
from collections.abc import Callable
from typing import Any

import httpx

from synapse.errors import SynapseError

# Earlier ones let strangers in: CVE-2026-72898, GHSA-r495-55cx-fjh7.
OLDEST = (0, 63, 17)
_POLL_SECONDS = 2.0


class MetabaseError(SynapseError):
    """Metabase refused, or cannot be reached."""


class Metabase:
    """A Metabase server.

    Args:
        http: Client whose base address is the server's.
        sleep: Waits for so many seconds.
    """

    def __init__(self, http: httpx.Client, sleep: Callable[[float], None] = time.sleep) -> None:
        self._http = http
        self._sleep = sleep

    def get(self, path: str, **query: str) -> Any:
        """Ask for something."""
        return self._request("GET", path, params=query)

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """Make something."""
        return self._request("POST", path, json=body)

    def put(self, path: str, body: dict[str, Any]) -> Any:
        """Change something."""
        return self._request("PUT", path, json=body)

    def wait_until_up(self, seconds: float) -> dict[str, Any]:
        """Wait until the server serves and return its public properties.

        Raises:
            MetabaseError: It does not in time, or its version has known holes.
        """
        for _ in range(max(1, int(seconds / _POLL_SECONDS))):
            try:
                if self._http.get("/api/health").status_code == 200:
                    answer = self._http.get("/api/session/properties")
                    if answer.status_code == 200:
                        return self._checked(answer.json())
            except httpx.TransportError:
                pass
            self._sleep(_POLL_SECONDS)
        raise MetabaseError(
            f"Metabase does not answer at {self._http.base_url}.",
            hint="Its first start takes minutes; look at its log and try again.",
        )

    def use_api_key(self, key: str) -> None:
        """Sign in with an API key of the group Administrators."""
        self._http.headers["x-api-key"] = key

    def sign_in(self, email: str, password: str) -> None:
        """Sign in as a person.

        Raises:
            MetabaseError: Wrong e-mail or password.
        """
        found = self.post("/api/session", {"username": email, "password": password})
        self._http.headers["X-Metabase-Session"] = found["id"]

    def set_up(self, token: str, email: str, password: str, site_name: str) -> None:
        """Make the first administrator and go on as that person."""
        user = {"email": email, "password": password, "first_name": "Synapse", "last_name": "Admin"}
        prefs = {"site_name": site_name, "site_locale": "ru", "allow_tracking": False}
        found = self.post(
            "/api/setup", {"token": token, "user": {**user, "site_name": site_name}, "prefs": prefs}
        )
        self._http.headers["X-Metabase-Session"] = found["id"]

    def wait_for(self, look: Callable[[], Any], seconds: float, what: str) -> Any:
        """Ask again and again until ``look`` returns something.

        Raises:
            MetabaseError: It does not in time.
        """
        for _ in range(max(1, int(seconds / _POLL_SECONDS))):
            found = look()
            if found:
                return found
            self._sleep(_POLL_SECONDS)
        raise MetabaseError(f"Metabase has not finished: {what}.", hint="Look at its log and try again.")

    def _checked(self, properties: dict[str, Any]) -> dict[str, Any]:
        tag = str(properties.get("version", {}).get("tag", ""))
        numbers = tuple(int(part) for part in tag.removeprefix("v").split(".") if part.isdigit())
        if numbers[:3] < OLDEST:
            raise MetabaseError(
                f"Metabase {tag or 'of an unknown version'} has known holes.",
                hint=f"Use {'.'.join(map(str, OLDEST))} or newer.",
            )
        return properties

    def _request(self, method: str, path: str, **options: Any) -> Any:
        try:
            answer = self._http.request(method, path, **options)
        except httpx.TransportError as error:
            raise MetabaseError(
                f"Metabase does not answer at {self._http.base_url}.", hint="Start it, or mend the address."
            ) from error
        if answer.status_code in (401, 403):
            raise MetabaseError(
                f"Metabase refuses {method} {path}: not signed in as an administrator.",
                hint="Give an API key of the group Administrators, or an administrator's password.",
            )
        if answer.status_code >= 400:
            raise MetabaseError(
                f"Metabase answers {answer.status_code} to {method} {path}: {answer.text[:300]}",
                hint="Its version may be newer than what Synapse knows; see docs/metabase.md.",
            )
        return answer.json() if answer.content else None
