"""Sections of the connections to the outside; passwords and tokens of them are secrets, never settings."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from synapse.settings.base import EVERY_FIELD, Section, WebUrl, ZoneName
from synapse.settings.words import DIGITS, MINUTES, SECONDS, Bilingual, Words

Host = Annotated[str, Field(max_length=253, pattern=r"^[\w.:-]*$")]
Port = Annotated[int, Field(ge=1, le=65535)]
QueueNumber = Annotated[str, Field(min_length=1, max_length=64)]
QueueName = Annotated[str, Field(min_length=1, max_length=80)]


class Storage(Section):
    """The object storage; its address is SYNAPSE_STORAGE_URL."""

    title: ClassVar[Bilingual] = Bilingual("Хранилище файлов", "Object storage")

    signed_link_seconds: Annotated[
        int,
        Words(
            "Ссылка на запись живёт",
            "A link to a recording lives",
            Bilingual("Потом страницу открывают заново", "The page is then opened again"),
            SECONDS,
        ),
    ] = Field(3600, ge=30, le=86_400)
    clock_skew_seconds: Annotated[
        int,
        Words("Допустимое расхождение часов", "Tolerated clock difference", unit=SECONDS),
    ] = Field(60, ge=1, le=900)


class Database(Section):
    """The warehouse; its address is SYNAPSE_DATABASE_URL."""

    title: ClassVar[Bilingual] = Bilingual("База данных", "Database")

    free_connections: Annotated[
        int,
        Words(
            "Предупреждать, если свободных соединений меньше",
            "Warn below this many free connections",
        ),
    ] = Field(10, ge=1, le=1000)


class Asterisk(Section):
    """How this company's Asterisk writes its logs."""

    title: ClassVar[Bilingual] = Bilingual("Asterisk", "Asterisk")

    zone: Annotated[
        ZoneName | None,
        Words(
            "Часовой пояс журналов",
            "Zone of the logs",
            Bilingual("Пусто — как у компании", "Empty: the company's"),
        ),
    ] = Field(None)
    cdr_columns: Annotated[
        list[str],
        Words(
            "Столбцы CDR",
            "CDR columns",
            Bilingual(
                "По порядку, для своего формата; пусто — по файлу", "In order; empty: as the file shows"
            ),
            widget="lines",
        ),
    ] = Field(default_factory=list)
    cel_columns: Annotated[list[str], Words("Столбцы CEL", "CEL columns", widget="lines")] = Field(
        default_factory=list
    )
    internal_number_max_digits: Annotated[
        int, Words("Внутренний номер не длиннее", "An internal number has at most", unit=DIGITS)
    ] = Field(5, ge=2, le=7)
    queue_names: Annotated[
        dict[QueueNumber, QueueName],
        Words(
            "Названия очередей",
            "Names of the queues",
            Bilingual("Номер очереди → название на страницах", "Queue's number → its name on the pages"),
        ),
    ] = Field(default_factory=dict, max_length=500)


class OneC(Section):
    """1C exports."""

    title: ClassVar[Bilingual] = Bilingual("1С", "1C")

    column_mapping: Annotated[
        dict[str, str],
        Words(
            "Столбцы выгрузки",
            "Columns of the export",
            Bilingual("Наше имя → заголовок в файле; пусто — угадать", "Our name → header; empty: guessed"),
        ),
    ] = Field(default_factory=dict)
    currency: Annotated[str, Words("Валюта", "Currency")] = Field("RUB", pattern=r"^[A-Z]{3}$")


class WebSite(Section):
    """A site that may send events."""

    name: Annotated[str, Words("Имя сайта", "Site name")] = Field(pattern=r"^[\w.-]{1,63}$")
    write_key: Annotated[
        str, Words("Ключ записи", "Write key", Bilingual("Стоит в теге сайта", "Stands in the site's tag"))
    ] = Field(min_length=16, max_length=128)
    origins: Annotated[
        list[str],
        Words(
            "Адреса страниц",
            "Origins",
            Bilingual("https://example.com; пусто — любые", "https://example.com; empty: any"),
            widget="lines",
        ),
    ] = Field(default_factory=list)


class Web(Section):
    """Web events."""

    title: ClassVar[Bilingual] = Bilingual("Сайты", "Web sites")

    sites: Annotated[list[WebSite], Words("Сайты", "Sites")] = Field(default_factory=list)


class Telegram(Section):
    """The company's Telegram bot; its token is the secret ``telegram.bot_token``."""

    title: ClassVar[Bilingual] = Bilingual("Telegram", "Telegram")
    idle: ClassVar[frozenset[str]] = EVERY_FIELD

    mode: Annotated[
        Literal["off", "webhook", "polling"],
        Words(
            "Приём сообщений",
            "How messages come",
            Bilingual("webhook нужен адрес в интернете", "webhook needs a public address"),
        ),
    ] = "off"
    api_url: Annotated[
        WebUrl,
        Words(
            "Сервер Bot API", "Bot API server", Bilingual("Свой или официальный", "One's own or the official")
        ),
    ] = "https://api.telegram.org"


class Whatsapp(Section):
    """WhatsApp Business Cloud; secrets ``whatsapp.access_token``, ``.app_secret``, ``.verify_token``."""

    title: ClassVar[Bilingual] = Bilingual("WhatsApp", "WhatsApp")
    idle: ClassVar[frozenset[str]] = EVERY_FIELD

    is_enabled: Annotated[bool, Words("Включён", "Enabled")] = False
    phone_number_id: Annotated[str, Words("Phone number ID", "Phone number ID")] = Field(
        "", pattern=r"^\d{0,20}$"
    )
    graph_url: Annotated[WebUrl, Words("Graph API", "Graph API")] = "https://graph.facebook.com/v23.0"


class Mail(Section):
    """Mail boxes; secrets ``mail.imap_password`` and ``mail.smtp_password``."""

    title: ClassVar[Bilingual] = Bilingual("Почта", "Mail")
    idle: ClassVar[frozenset[str]] = frozenset(
        {
            "imap_host",
            "imap_port",
            "imap_user",
            "imap_folder",
            "imap_encryption",
            "poll_minutes",
            "smtp_host",
            "smtp_port",
            "smtp_user",
            "smtp_encryption",
            "sender",
        }
    )

    imap_host: Annotated[
        Host,
        Words(
            "Сервер IMAP", "IMAP server", Bilingual("Пусто — письма не забираются", "Empty: no mail is taken")
        ),
    ] = ""
    imap_port: Annotated[Port, Words("Порт IMAP", "IMAP port")] = 993
    imap_user: Annotated[str, Words("Пользователь IMAP", "IMAP user")] = Field("", max_length=254)
    imap_folder: Annotated[str, Words("Папка", "Folder")] = Field("INBOX", max_length=200)
    imap_encryption: Annotated[
        Literal["tls", "starttls", "none"], Words("Шифрование IMAP", "IMAP encryption")
    ] = "tls"
    poll_minutes: Annotated[int, Words("Проверять каждые", "Look every", unit=MINUTES)] = Field(
        5, ge=1, le=1440
    )
    smtp_host: Annotated[Host, Words("Сервер SMTP", "SMTP server")] = ""
    smtp_port: Annotated[Port, Words("Порт SMTP", "SMTP port")] = 465
    smtp_user: Annotated[str, Words("Пользователь SMTP", "SMTP user")] = Field("", max_length=254)
    smtp_encryption: Annotated[
        Literal["tls", "starttls", "none"], Words("Шифрование SMTP", "SMTP encryption")
    ] = "tls"
    sender: Annotated[str, Words("Адрес отправителя", "Sender's address")] = Field(
        "", max_length=254, pattern=r"^([^\s@<>]+@[^\s@<>]+)?$"
    )


class Metabase(Section):
    """Metabase; its API key is the secret ``metabase.api_key``."""

    title: ClassVar[Bilingual] = Bilingual("Metabase", "Metabase")
    idle: ClassVar[frozenset[str]] = EVERY_FIELD

    url: Annotated[
        WebUrl,
        Words(
            "Внутренний адрес", "Internal address", Bilingual("Пусто — без Metabase", "Empty: no Metabase")
        ),
    ] = ""
    public_url: Annotated[
        WebUrl,
        Words(
            "Адрес для людей", "Address for people", Bilingual("Ссылки на страницах", "Links on the pages")
        ),
    ] = ""


class Integrations(Section):
    """Connections to the outside."""

    title: ClassVar[Bilingual] = Bilingual("Интеграции", "Integrations")

    storage: Storage = Field(default_factory=Storage)
    database: Database = Field(default_factory=Database)
    asterisk: Asterisk = Field(default_factory=Asterisk)
    onec: OneC = Field(default_factory=OneC)
    web: Web = Field(default_factory=Web)
    telegram: Telegram = Field(default_factory=Telegram)
    whatsapp: Whatsapp = Field(default_factory=Whatsapp)
    mail: Mail = Field(default_factory=Mail)
    metabase: Metabase = Field(default_factory=Metabase)
