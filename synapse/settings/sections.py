"""The settings' schema: one pydantic model per section, defaults included.

The models are the only place where a default, a range or a title stands: forms, validation, API and
documents are made from them. Money is in roubles, durations name their unit.
"""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from synapse.settings.base import KeyPattern, Section, WebUrl
from synapse.settings.company import Branding, Calendar, Weekday, WorkingDay
from synapse.settings.integrations import Asterisk, Integrations, OneC, Web, WebSite
from synapse.settings.policies import Access, Alerts, Privacy, Retention, Review
from synapse.settings.rules import Rules
from synapse.settings.words import (
    DAYS,
    FILES,
    HOURS,
    MINUTES,
    SECONDS,
    TOKENS,
    Bilingual,
    Words,
)

__all__ = [
    "Access",
    "Alerts",
    "Asr",
    "Asterisk",
    "Branding",
    "Calendar",
    "Integrations",
    "Llm",
    "OneC",
    "Privacy",
    "Recordings",
    "Retention",
    "Review",
    "Rules",
    "Section",
    "Settings",
    "Thresholds",
    "Web",
    "WebSite",
    "Weekday",
    "WorkingDay",
]


class Thresholds(Section):
    """What counts as late, short or lost; past days keep the thresholds of their time."""

    title: ClassVar[Bilingual] = Bilingual("Пороги", "Thresholds")
    idle: ClassVar[frozenset[str]] = frozenset({"toxicity", "speech_queue_files", "stale_receipts_hours"})

    answer_within_seconds: Annotated[
        int,
        Words(
            "Ответить на звонок за",
            "Answer a call within",
            Bilingual("По этому порогу считается SLA", "The service level counts by it"),
            SECONDS,
        ),
    ] = Field(20, ge=1, le=600)
    callback_within_minutes: Annotated[
        int,
        Words(
            "Перезвонить после пропущенного за",
            "Call back within",
            Bilingual("Позже звонок считается потерянным", "Later the call counts as a leak"),
            MINUTES,
        ),
    ] = Field(30, ge=1, le=1440)
    short_abandon_seconds: Annotated[
        int,
        Words(
            "Сброшен сразу, если короче",
            "Abandoned at once if shorter than",
            Bilingual("Такие звонки не считаются пропущенными", "Such calls are not missed calls"),
            SECONDS,
        ),
    ] = Field(5, ge=0, le=60)
    message_reply_within_minutes: Annotated[
        int, Words("Ответить на сообщение за", "Reply to a message within", unit=MINUTES)
    ] = Field(15, ge=1, le=1440)
    enquiry_silence_days: Annotated[
        int,
        Words(
            "Новое обращение после тишины",
            "A new enquiry after silence of",
            Bilingual("Раньше это продолжение прежнего", "Sooner it continues the earlier one"),
            DAYS,
        ),
    ] = Field(30, ge=1, le=365)
    conversion_window_days: Annotated[
        int,
        Words(
            "Окно конверсии",
            "Conversion window",
            Bilingual("Чек позже не относится к обращению", "A later receipt is not the enquiry's"),
            DAYS,
        ),
    ] = Field(30, ge=1, le=365)
    stalled_lead_days: Annotated[
        int, Words("Обращение забыто через", "An enquiry is stalled after", unit=DAYS)
    ] = Field(7, ge=1, le=90)
    shared_identifier_contacts: Annotated[
        int,
        Words(
            "Общий номер, если контактов больше",
            "A number is shared above",
            Bilingual("Общие номера никого не объединяют", "Shared numbers join nobody"),
            Bilingual("контактов", "contacts"),
        ),
    ] = Field(5, ge=2, le=100)
    session_timeout_minutes: Annotated[
        int, Words("Визит кончается после тишины", "A visit ends after silence of", unit=MINUTES)
    ] = Field(30, ge=1, le=240)
    toxicity: Annotated[
        float,
        Words("Токсичный разговор от", "A toxic conversation from"),
    ] = Field(0.7, ge=0, le=1)
    speech_queue_files: Annotated[
        int, Words("Очередь распознавания длинная от", "The speech queue is long from", unit=FILES)
    ] = Field(200, ge=1, le=1_000_000)
    stale_receipts_hours: Annotated[
        int, Words("Нет выгрузки 1С дольше", "No 1C export for longer than", unit=HOURS)
    ] = Field(24, ge=1, le=720)


class Asr(Section):
    """Speech recognition."""

    title: ClassVar[Bilingual] = Bilingual("Распознавание речи", "Speech recognition")

    model: Annotated[
        str,
        Words(
            "Модель",
            "Model",
            Bilingual(
                "tiny … large-v3 или папка; пусто — малая модель из поставки",
                "tiny … large-v3, or a folder; empty: the small model Synapse ships",
            ),
        ),
    ] = Field("", max_length=400)
    compute_type: Annotated[
        Literal["int8", "int8_float32", "float32", "float16"],
        Words(
            "Точность вычислений",
            "Compute type",
            Bilingual("int8 быстрее всего на CPU", "int8 is fastest on a CPU"),
        ),
    ] = "int8"
    beam_size: Annotated[
        int,
        Words(
            "Ширина луча", "Beam size", Bilingual("Больше — точнее и медленнее", "Wider: better and slower")
        ),
    ] = Field(3, ge=1, le=5)
    language: Annotated[Literal["ru", "en", "auto"], Words("Язык", "Language")] = "ru"
    vad: Annotated[
        bool,
        Words(
            "Пропускать тишину",
            "Skip silence",
            Bilingual("Детектор речи перед моделью", "Voice detector first"),
        ),
    ] = True
    agent_channel: Annotated[
        Literal["left", "right", "by_direction"],
        Words(
            "Канал сотрудника",
            "The agent's channel",
            Bilingual(
                "by_direction — как пишет MixMonitor: слева тот, чей канал записан",
                "by_direction: as MixMonitor writes, left is the channel that was recorded",
            ),
        ),
    ] = "left"
    low_confidence: Annotated[
        float,
        Words("Неуверенное слово ниже", "A word is uncertain below"),
    ] = Field(0.6, ge=0, le=1)
    initial_prompt: Annotated[
        str,
        Words(
            "Подсказка модели",
            "Initial prompt",
            Bilingual("Одна-две фразы о том, о чём говорят", "A sentence or two on what is talked about"),
        ),
    ] = Field("", max_length=800)
    hotwords: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=60)]],
        Words(
            "Слова, которых ждать",
            "Words to expect",
            Bilingual(
                "Товары, марки, имена сотрудников; модель из поставки их не слушает",
                "Goods, brands, names of agents; the model Synapse ships takes none",
            ),
            widget="lines",
        ),
    ] = Field(default_factory=list, max_length=60)
    inference: Annotated[
        Literal["batched", "sequential", "by_length"],
        Words(
            "Порядок распознавания",
            "Order of recognition",
            Bilingual(
                "batched — кусками сразу, быстрее; sequential — подряд, с памятью о сказанном;"
                " by_length — подряд, если звонок до 5 минут",
                "batched: several pieces at a time, quicker; sequential: one after another, knowing what was"
                " said; by_length: sequential for calls of up to 5 minutes",
            ),
        ),
    ] = "batched"
    retry_below: Annotated[
        float,
        Words(
            "Слушать ещё раз, если уверенность ниже",
            "Hear again below a confidence of",
            Bilingual(
                "Второй раз ищет шире, лучший ответ остаётся; 0 — никогда",
                "The second search is wider, the better answer stays; 0: never",
            ),
        ),
    ] = Field(0.7, ge=0, le=1)
    at_once: Annotated[
        int | None,
        Words(
            "Распознавать одновременно",
            "Recognise at once",
            Bilingual(
                "Порций сразу; пусто — 1 на одной машине, с Celery — сколько есть работников",
                "Chunks at a time; empty: 1 on one machine, as many as there are workers with Celery",
            ),
        ),
    ] = Field(None, ge=1, le=64)
    chunk_minutes: Annotated[
        int,
        Words(
            "Звука в одной порции",
            "Sound in a chunk",
            Bilingual("Столько работник берёт за раз", "What a worker takes at a time"),
            MINUTES,
        ),
    ] = Field(15, ge=1, le=240)


class Recordings(Section):
    """Where recordings lie and what their names say.

    ``key_patterns`` are regular expressions with the named groups ``direction``, ``dst``, ``src``, ``day``
    (YYYYMMDD), ``time`` (HHMMSS), ``uniqueid`` and ``side`` (in or out); the first that matches wins.
    """

    title: ClassVar[Bilingual] = Bilingual("Записи звонков", "Recordings")

    prefix: Annotated[str, Words("Папка в хранилище", "Folder in the storage")] = Field(
        "recordings/", pattern=r"^[\w./-]{1,200}/$"
    )
    key_patterns: Annotated[
        list[KeyPattern],
        Words(
            "Маски имён файлов",
            "Patterns of file names",
            Bilingual(
                "Группы: uniqueid, src, dst, day, time, side; берётся первая подошедшая",
                "Groups: uniqueid, src, dst, day, time, side; the first that matches wins",
            ),
            widget="lines",
        ),
    ] = Field(
        default_factory=lambda: [
            r"(?P<direction>in|out|external|internal|q|exten|rg)-(?P<dst>[^-/]+)-(?P<src>[^-/]+)"
            r"-(?P<day>\d{8})-(?P<time>\d{6})-(?P<uniqueid>\d+\.\d+)(?:-(?P<side>in|out))?\.\w+$",
            r"(?:^|/)(?P<uniqueid>\d+\.\d+)(?:-(?P<side>in|out))?\.\w+$",
        ]
    )


class Llm(Section):
    """The local language model; without one the rules do the work alone."""

    title: ClassVar[Bilingual] = Bilingual("Языковая модель", "Language model")
    idle: ClassVar[frozenset[str]] = frozenset(
        {"endpoint", "model", "context_tokens", "answer_tokens", "timeout_seconds", "keep_alive_minutes"}
    )

    endpoint: Annotated[
        WebUrl,
        Words(
            "Адрес Ollama",
            "Ollama's address",
            Bilingual("Например http://127.0.0.1:11434; пусто — только правила", "Empty: rules only"),
        ),
    ] = ""
    model: Annotated[str, Words("Модель", "Model")] = Field("t-tech/T-lite-it-2.1:q4_K_M", max_length=200)
    timeout_seconds: Annotated[int, Words("Ждать ответа не дольше", "Wait for an answer", unit=SECONDS)] = (
        Field(120, ge=5, le=1800)
    )
    context_tokens: Annotated[int, Words("Размер контекста", "Context size", unit=TOKENS)] = Field(
        8192, ge=1024, le=131_072
    )
    answer_tokens: Annotated[int, Words("Длина ответа не больше", "Longest answer", unit=TOKENS)] = Field(
        1024, ge=64, le=8192
    )
    keep_alive_minutes: Annotated[
        int, Words("Держать модель в памяти", "Keep the model in memory", unit=MINUTES)
    ] = Field(30, ge=0, le=1440)


class Settings(Section):
    """The whole document."""

    title: ClassVar[Bilingual] = Bilingual("Настройки", "Settings")

    branding: Branding = Field(default_factory=Branding)
    calendar: Calendar = Field(default_factory=Calendar)
    thresholds: Thresholds = Field(default_factory=Thresholds)
    asr: Asr = Field(default_factory=Asr)
    recordings: Recordings = Field(default_factory=Recordings)
    llm: Llm = Field(default_factory=Llm)
    integrations: Integrations = Field(default_factory=Integrations)
    alerts: Alerts = Field(default_factory=Alerts)
    rules: Rules = Field(default_factory=Rules)
    review: Review = Field(default_factory=Review)
    retention: Retention = Field(default_factory=Retention)
    privacy: Privacy = Field(default_factory=Privacy)
    access: Access = Field(default_factory=Access)
