"""Run a test by its name, with a time limit, on the settings that stand or on ones not saved yet."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as LateError
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from pydantic import SecretStr

from synapse.errors import SynapseError
from synapse.security.master_key import Keyring
from synapse.settings.connections import files, mailboxes, services, stores
from synapse.settings.connections.report import ConnectionTestError, Finding
from synapse.settings.connections.speech import try_speech
from synapse.settings.connections.targets import TargetPolicy
from synapse.settings.secrets import use_secret
from synapse.settings.sections import Settings
from synapse.settings.words import Bilingual
from synapse.storage import ObjectStore

TIME_LIMIT_SECONDS = 30.0
LONG_LIMIT_SECONDS = 120.0
_LONG = frozenset({"ollama", "asr"})


class UnknownTestError(SynapseError):
    """No integration of this name can be tested."""


@dataclass(frozen=True)
class Upload:
    """A file that a person gives to a test.

    Attributes:
        name: File name.
        content: Its bytes.
        reference: What is said in it, for the word error rate.
    """

    name: str
    content: bytes
    reference: str = ""


@dataclass(frozen=True)
class Bench:
    """What tests need.

    Attributes:
        engine: Of the warehouse.
        open_store: Opens the object storage.
        keyring: Master keys; None where there are none.
        settings: Saved settings, or ones to try.
        policy: Where connections may go; it comes from the saved settings.
        now: The time of the call.
        upload: A file that the person gave.
    """

    engine: sa.Engine
    open_store: Callable[[], ObjectStore]
    keyring: Keyring | None
    settings: Settings
    policy: TargetPolicy
    now: datetime
    upload: Upload | None = None

    def secret(self, name: str) -> SecretStr | None:
        """Return a secret; None where it is not set."""
        if self.keyring is None:
            return None
        with self.engine.connect() as connection:
            return use_secret(connection, self.keyring, name)


def _storage(bench: Bench) -> Finding:
    return stores.try_storage(bench.open_store(), bench.settings.integrations.storage, now=bench.now)


def _database(bench: Bench) -> Finding:
    return stores.try_database(bench.engine, bench.settings.integrations.database)


def _ollama(bench: Bench) -> Finding:
    return services.try_ollama(bench.settings.llm, bench.policy)


def _asterisk(bench: Bench) -> Finding:
    return files.try_asterisk(bench.open_store(), bench.settings)


def _onec(bench: Bench) -> Finding:
    upload = (bench.upload.name, bench.upload.content) if bench.upload else None
    return files.try_onec(bench.open_store(), bench.settings, now=bench.now, upload=upload)


def _telegram(bench: Bench) -> Finding:
    settings = bench.settings
    token = bench.secret("telegram.bot_token")
    return services.try_telegram(settings.integrations.telegram, settings.alerts, token, bench.policy)


def _whatsapp(bench: Bench) -> Finding:
    token = bench.secret("whatsapp.access_token")
    return services.try_whatsapp(bench.settings.integrations.whatsapp, token, bench.policy)


def _slack(bench: Bench) -> Finding:
    return services.try_slack(bench.secret("alerts.slack_url"), bench.policy)


def _webhook(bench: Bench) -> Finding:
    secret = bench.secret("alerts.webhook_secret")
    return services.try_webhook(bench.settings.alerts, secret, bench.policy)


def _mail(bench: Bench) -> Finding:
    settings = bench.settings
    return mailboxes.try_mail(
        settings.integrations.mail,
        settings.alerts,
        bench.secret("mail.imap_password"),
        bench.secret("mail.smtp_password"),
        bench.policy,
    )


def _metabase(bench: Bench) -> Finding:
    key = bench.secret("metabase.api_key")
    return services.try_metabase(bench.settings.integrations.metabase, key, bench.policy)


def _asr(bench: Bench) -> Finding:
    if bench.upload is None:
        raise ConnectionTestError(
            Bilingual("Нужна запись примерно на 30 секунд.", "A recording of about 30 seconds is needed."),
            Bilingual(
                "Выберите файл и, если есть, текст к нему.", "Choose a file and, if you have it, its text."
            ),
        )
    return try_speech(bench.open_store(), bench.settings.asr, bench.upload.content, bench.upload.reference)


TESTS: Mapping[str, Callable[[Bench], Finding]] = {
    "storage": _storage,
    "database": _database,
    "ollama": _ollama,
    "asterisk": _asterisk,
    "onec": _onec,
    "telegram": _telegram,
    "whatsapp": _whatsapp,
    "slack": _slack,
    "webhook": _webhook,
    "mail": _mail,
    "metabase": _metabase,
    "asr": _asr,
}
# Which tests a section of the settings offers.
TESTS_OF_SECTION: Mapping[str, tuple[str, ...]] = {
    "asr": ("asr",),
    "llm": ("ollama",),
    "recordings": ("asterisk",),
    "alerts": ("telegram", "slack", "webhook", "mail"),
    "integrations.storage": ("storage",),
    "integrations.database": ("database",),
    "integrations.asterisk": ("asterisk",),
    "integrations.onec": ("onec",),
    "integrations.telegram": ("telegram",),
    "integrations.whatsapp": ("whatsapp",),
    "integrations.mail": ("mail",),
    "integrations.metabase": ("metabase",),
}


def run_test(name: str, bench: Bench, *, limit_seconds: float | None = None) -> Finding:
    """Run one test; whatever goes wrong becomes a finding in plain words.

    Args:
        name: One of :data:`TESTS`.
        bench: What it needs.
        limit_seconds: When to give up; the test's own limit unless given.

    Raises:
        UnknownTestError: There is no such test.
    """
    test = TESTS.get(name)
    if test is None:
        raise UnknownTestError(
            f"There is no test called {name[:60]!r}.", hint="The tests are " + ", ".join(TESTS) + "."
        )
    limit = limit_seconds or (LONG_LIMIT_SECONDS if name in _LONG else TIME_LIMIT_SECONDS)
    pool = ThreadPoolExecutor(1, thread_name_prefix=f"test-{name}")
    try:
        return pool.submit(test, bench).result(timeout=limit)
    except ConnectionTestError as error:
        return error.finding
    except LateError:
        return Finding(
            False,
            Bilingual(f"Проверка не уложилась в {limit:g} с.", f"The test took longer than {limit:g} s."),
            Bilingual("Та сторона отвечает слишком медленно.", "The other side answers too slowly."),
        )
    except SynapseError as error:
        return Finding(False, Bilingual(error.message, error.message), Bilingual(error.hint, error.hint))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
