"""Sections of what people decide: alerts, review, retention, privacy, access."""

from datetime import time
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from synapse.settings.base import Network, Section, WebUrl
from synapse.settings.words import DAYS, MINUTES, PERCENT, POINTS, Bilingual, Words

HeaderName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9-]{1,63}$")]
MailAddress = Annotated[str, Field(max_length=254, pattern=r"^[^\s@<>]+@[^\s@<>]+$")]
RoleName = Literal["observer", "reviewer", "expert", "admin"]


class Alerts(Section):
    """Where alerts go; secrets ``telegram.bot_token``, ``alerts.slack_url``, ``alerts.webhook_secret``."""

    title: ClassVar[Bilingual] = Bilingual("Оповещения", "Alerts")
    idle: ClassVar[frozenset[str]] = frozenset(
        {"telegram_chat", "is_slack_on", "webhook_url", "mail_to", "repeat_minutes", "quiet_from", "quiet_to"}
    )

    telegram_chat: Annotated[
        str,
        Words("Чат Telegram", "Telegram chat", Bilingual("Число или @имя; пусто — не слать", "Empty: none")),
    ] = Field("", pattern=r"^(-?\d{1,20}|@\w{3,64})?$")
    is_slack_on: Annotated[bool, Words("Слать в Slack", "Send to Slack")] = False
    webhook_url: Annotated[
        WebUrl, Words("Webhook", "Webhook", Bilingual("POST с JSON", "POST with JSON"))
    ] = ""
    mail_to: Annotated[list[MailAddress], Words("Письма на адреса", "Mail to", widget="lines")] = Field(
        default_factory=list, max_length=20
    )
    repeat_minutes: Annotated[int, Words("Повторять не чаще", "Repeat at most every", unit=MINUTES)] = Field(
        60, ge=5, le=1440
    )
    quiet_from: Annotated[
        time | None,
        Words("Тихие часы с", "Quiet hours from", Bilingual("По поясу компании", "In the company's zone")),
    ] = None
    quiet_to: Annotated[time | None, Words("Тихие часы до", "Quiet hours to")] = None


class Review(Section):
    """Which conversations people look at."""

    title: ClassVar[Bilingual] = Bilingual("Проверка", "Review")
    idle: ClassVar[frozenset[str]] = frozenset(
        {"below_score", "random_percent", "every_complaint", "low_asr_confidence", "uncertain_receipts"}
    )

    below_score: Annotated[int, Words("Все с оценкой ниже", "All with a score below", unit=POINTS)] = Field(
        60, ge=0, le=100
    )
    random_percent: Annotated[float, Words("Случайная доля", "Random share", unit=PERCENT)] = Field(
        5, ge=0, le=100
    )
    every_complaint: Annotated[bool, Words("Каждая жалоба", "Every complaint")] = True
    low_asr_confidence: Annotated[
        float, Words("Распознано с уверенностью ниже", "Recognised with less confidence than")
    ] = Field(0.5, ge=0, le=1)
    uncertain_receipts: Annotated[bool, Words("Сомнительные чеки", "Uncertain receipts")] = True


class Retention(Section):
    """How long things are kept."""

    title: ClassVar[Bilingual] = Bilingual("Хранение", "Retention")
    idle: ClassVar[frozenset[str]] = frozenset(
        {"audio_days", "archive_after_days", "archive_prefix", "web_events_days"}
    )

    audio_days: Annotated[int, Words("Записи хранить", "Keep recordings for", unit=DAYS)] = Field(
        90, ge=30, le=3650
    )
    archive_after_days: Annotated[
        int | None,
        Words("В архив через", "Archive after", Bilingual("Пусто — не переносить", "Empty: never"), DAYS),
    ] = Field(None, ge=1, le=3650)
    archive_prefix: Annotated[str, Words("Папка архива", "Folder of the archive")] = Field(
        "archive/", pattern=r"^[\w./-]{1,200}/$"
    )
    web_events_days: Annotated[int, Words("События сайта хранить", "Keep web events for", unit=DAYS)] = Field(
        730, ge=30, le=3650
    )

    backup_place: Annotated[
        str,
        Words(
            "Куда делать копии",
            "Place of backups",
            Bilingual(
                "file:///папка на другом диске или s3://ключ@сервер/bucket; секретный ключ — в секретах. "
                "Пусто — копий нет",
                "file:///folder on another disk, or s3://key@host/bucket; its secret key is a secret. "
                "Empty: no backups",
            ),
        ),
    ] = Field("", max_length=500, pattern=r"^(file:///[^?#]+|s3://([^:@/?#]+@)?[^@/?#]+/[^/?#]+(\?[^#]*)?)?$")
    backup_hour: Annotated[
        int,
        Words(
            "Час ночной копии",
            "Hour of the nightly backup",
            Bilingual("По поясу компании", "In the company's zone"),
        ),
    ] = Field(3, ge=0, le=23)
    backup_daily_copies: Annotated[int, Words("Хранить дневных копий", "Daily copies kept")] = Field(
        14, ge=1, le=365
    )
    backup_weekly_copies: Annotated[int, Words("Хранить недельных копий", "Weekly copies kept")] = Field(
        8, ge=0, le=260
    )


class Privacy(Section):
    """What may leave, and where Synapse may connect to."""

    title: ClassVar[Bilingual] = Bilingual("Приватность", "Privacy")

    allow_private_targets: Annotated[
        list[Network],
        Words(
            "Разрешённые внутренние сети",
            "Private networks that may be reached",
            Bilingual(
                "Туда можно посылать проверки, оповещения и запросы к Ollama; например 127.0.0.0/8",
                "Where tests, alerts and Ollama requests may go; for example 127.0.0.0/8",
            ),
            widget="lines",
        ),
    ] = Field(default_factory=list, max_length=50)
    secret_reveal_minutes: Annotated[
        int,
        Words(
            "Показать новый секрет один раз в течение",
            "A new secret may be shown once within",
            unit=MINUTES,
        ),
    ] = Field(10, ge=1, le=1440)


def _usual_groups() -> dict[str, RoleName]:
    return {"admins": "admin", "experts": "expert", "reviewers": "reviewer", "observers": "observer"}


class Access(Section):
    """Who people are: the headers of the sign-in proxy and what its groups may do.

    Headers are believed only from SYNAPSE_TRUSTED_PROXIES and with SYNAPSE_PROXY_SECRET.
    """

    title: ClassVar[Bilingual] = Bilingual("Доступ", "Access")

    user_header: Annotated[HeaderName, Words("Заголовок с именем входа", "Header of the login name")] = (
        "Remote-User"
    )
    groups_header: Annotated[HeaderName, Words("Заголовок с группами", "Header of the groups")] = (
        "Remote-Groups"
    )
    name_header: Annotated[HeaderName, Words("Заголовок с полным именем", "Header of the full name")] = (
        "Remote-Name"
    )
    secret_header: Annotated[
        HeaderName, Words("Заголовок с секретом прокси", "Header of the proxy's secret")
    ] = "X-Proxy-Secret"  # noqa: S105  the header's name
    group_roles: Annotated[
        dict[str, RoleName],
        Words("Роль группы", "Role of a group", Bilingual("Группа → роль", "Group → role")),
    ] = Field(default_factory=_usual_groups)
    default_role: Annotated[
        RoleName | None,
        Words(
            "Роль без группы",
            "Role without a group",
            Bilingual("Пусто — доступа нет", "Empty: no access"),
        ),
    ] = None
