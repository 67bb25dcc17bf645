"""One request for a page: who asks, in which language and theme, about which company."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Literal, get_args
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from fastapi import Depends, Request

from api.dependencies import CurrentUser, Engine
from api.pages.catalogues import Language, known_language, translate
from api.pages.formatting import Formatter
from synapse.errors import ConfigurationError, DatabaseUnavailableError
from synapse.reports.warehouse import Warehouse, warehouse
from synapse.security.masking import Masking
from synapse.security.roles import Permission, Role
from synapse.security.users import AccessDeniedError
from synapse.settings.sections import Settings
from synapse.settings.store import current_settings

Theme = Literal["auto", "light", "dark"]
THEMES: tuple[Theme, ...] = get_args(Theme)
LANGUAGE_COOKIE = "synapse_language"
THEME_COOKIE = "synapse_theme"


def current_time() -> datetime:
    """The present moment; tests put another in its place."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Visit:
    """What every page needs to know.

    Attributes:
        request: The request.
        connection: Open connection to the warehouse; the pages only read.
        user: Login name.
        is_local: Signed in only by sitting at the machine.
        role: Role of the user.
        masking: What this role may see of personal data.
        language: Of the page.
        theme: ``auto`` follows the system.
        settings: The company's settings.
        now: The present moment.
        warehouse: State of the marts.
    """

    request: Request
    connection: sa.Connection
    user: str
    is_local: bool
    role: Role
    masking: Masking
    language: Language
    theme: Theme
    settings: Settings
    now: datetime
    warehouse: Warehouse

    @property
    def zone(self) -> ZoneInfo:
        """The company's zone."""
        return ZoneInfo(self.settings.calendar.zone)

    @property
    def today(self) -> date:
        """The company's present day."""
        return self.now.astimezone(self.zone).date()

    @property
    def format(self) -> Formatter:
        """Writes values for this reader."""
        return Formatter(self.language, self.zone, self.settings.integrations.onec.currency, self.now)

    @property
    def queue_names(self) -> Mapping[str, str]:
        """Names of queues by number; queues that nobody named are not in it."""
        return self.settings.integrations.asterisk.queue_names

    def queue_title(self, number: str) -> str:
        """A queue under a heading that says so: "Sales", else "Queue 500"."""
        return self.queue_names.get(number) or translate(self.language, "chip.queue", value=number)

    def queue_label(self, number: str) -> str:
        """A queue among other things: "Queue “Sales”", else "Queue 500"."""
        name = self.queue_names.get(number)
        return translate(self.language, "queue.named", value=name) if name else self.queue_title(number)

    @property
    def is_fragment(self) -> bool:
        """Whether only a part of the page is asked for (htmx)."""
        return self.request.headers.get("hx-request") == "true"

    def require(self, permission: Permission) -> None:
        """Go on only if the role has the permission.

        Raises:
            AccessDeniedError: It has not.
        """
        if not self.role.may(permission):
            raise AccessDeniedError(
                f"The role {self.role.value} may not do this.", hint="Ask an administrator for another role."
            )


def chosen_language(request: Request, usual: str | None = None) -> Language:
    """Language by the cookie, else the company's usual one."""
    return known_language(request.cookies.get(LANGUAGE_COOKIE, usual))


def chosen_theme(request: Request, usual: Theme = "auto") -> Theme:
    """Theme by the cookie, else the company's usual one."""
    chosen = request.cookies.get(THEME_COOKIE)
    return next((theme for theme in THEMES if theme == chosen), usual)


def visit(
    request: Request,
    user: CurrentUser,
    engine: Engine,
    now: Annotated[datetime, Depends(current_time)],
) -> Iterator[Visit]:
    """Open a read-only connection and gather what every page needs.

    Raises:
        DatabaseUnavailableError: Postgres is away, at the start or in the middle.
        ConfigurationError: The schema was never made.
    """
    try:
        with engine.connect().execution_options(postgresql_readonly=True) as connection:
            role = Role(user.role)
            settings = _settings(connection)
            yield Visit(
                request=request,
                connection=connection,
                user=user.name,
                is_local=user.is_local,
                role=role,
                masking=Masking.of(role),
                language=chosen_language(request, settings.branding.language),
                theme=chosen_theme(request, settings.branding.theme),
                settings=settings,
                now=now,
                warehouse=warehouse(connection),
            )
    except sa.exc.OperationalError as error:
        raise DatabaseUnavailableError(
            "The database does not answer.", hint="Start it, or look at `synapse doctor`."
        ) from error


def _settings(connection: sa.Connection) -> Settings:
    try:
        return current_settings(connection).settings
    except sa.exc.ProgrammingError as error:
        raise ConfigurationError(
            "The database has no tables yet.", hint="Run `synapse up` once; it makes them."
        ) from error


CurrentVisit = Annotated[Visit, Depends(visit)]
