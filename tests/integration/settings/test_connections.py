"""Test buttons against servers that answer as the real ones document."""

import json
import socketserver
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Event, Thread
from typing import Any, ClassVar

import pytest
import sqlalchemy as sa

from synapse.security.audit import Actor
from synapse.security.master_key import Keyring, new_key_text, parse_key
from synapse.settings.connections.bench import Bench, UnknownTestError, Upload, run_test
from synapse.settings.connections.report import Finding
from synapse.settings.connections.targets import TargetPolicy
from synapse.settings.secrets import put_secret
from synapse.settings.sections import Settings
from synapse.storage import open_store

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
KEYRING = Keyring([parse_key(new_key_text())])
TOKEN = "700:token"


class _Service(BaseHTTPRequestHandler):
    """Ollama, Telegram, Slack, a webhook and Metabase on one port, as far as the tests ask them."""

    posted: ClassVar[list[tuple[str, dict[str, str], bytes]]] = []
    release = Event()

    def do_GET(self) -> None:
        answers: dict[str, Any] = {
            "/api/version": {"version": "0.35.1"},
            "/api/tags": {"models": [{"name": "qwen3:8b"}]},
            f"/bot{TOKEN}/getMe": {"ok": True, "result": {"username": "shop_bot"}},
            f"/bot{TOKEN}/getWebhookInfo": {"ok": True, "result": {"url": ""}},
            "/api/health": {"status": "ok"},
            "/api/session/properties": {"version": {"tag": "v0.64.1.5"}},
            "/api/user/current": {"is_superuser": self.headers.get("x-api-key") == "mb_admin"},
        }
        if self.path == "/slow/api/version":
            self.release.wait(20)
        found = answers.get(self.path)
        self._answer(200 if found is not None else 404, found or {"ok": False, "description": "Not Found"})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.posted.append((self.path, dict(self.headers), body))
        answers: dict[str, Any] = {
            "/api/generate": {"response": "Москва", "eval_count": 20, "eval_duration": 2_000_000_000},
            f"/bot{TOKEN}/sendMessage": {"ok": True, "result": {}},
        }
        self._answer(500 if self.path == "/broken" else 200, answers.get(self.path, {}))

    def _answer(self, status: int, body: Any) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def url() -> Iterator[str]:
    _Service.posted.clear()
    _Service.release.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Service)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    _Service.release.set()
    server.shutdown()
    server.server_close()


@pytest.fixture
def run(engine: sa.Engine, tmp_path: Path) -> Any:
    (tmp_path / "store").mkdir(exist_ok=True)

    def test(
        name: str,
        settings: dict[str, Any],
        *,
        upload: Upload | None = None,
        limit: float | None = None,
        networks: tuple[str, ...] = ("127.0.0.0/8",),
        **secrets: str,
    ) -> Finding:
        with engine.begin() as connection:
            for secret, value in secrets.items():
                put_secret(
                    connection,
                    KEYRING,
                    secret.replace("__", "."),
                    value,
                    author=Actor("test"),
                    now=NOW,
                    reveal_for=NOW - NOW,
                )
        bench = Bench(
            engine=engine,
            open_store=lambda: open_store((tmp_path / "store").as_uri()),
            keyring=KEYRING,
            settings=Settings.model_validate(settings),
            policy=TargetPolicy.of(networks),
            now=datetime.now(UTC),
            upload=upload,
        )
        return run_test(name, bench, limit_seconds=limit)

    return test


def _facts(finding: Finding) -> dict[str, str]:
    return {fact.label.en: fact.value for fact in finding.facts}


def test_storage_is_written_read_and_cleaned(run: Any, tmp_path: Path) -> None:
    finding = run("storage", {})
    assert finding.is_working, finding
    assert not [path for path in (tmp_path / "store").rglob("*") if path.is_file() and "probes" in path.parts]


def test_the_database_tells_version_connections_and_schema(run: Any) -> None:
    finding = run("database", {})
    assert finding.is_working, finding
    assert {"PostgreSQL", "Free connections", "Schema"} <= set(_facts(finding))
    many = run("database", {"integrations": {"database": {"free_connections": 1000}}})
    assert not many.is_working


def test_ollama_answers_a_prompt_with_its_speed(run: Any, url: str) -> None:
    finding = run("ollama", {"llm": {"endpoint": url, "model": "qwen3:8b"}})
    assert finding.is_working, finding
    assert _facts(finding)["Speed"] == "10.0 tokens/s"
    absent = run("ollama", {"llm": {"endpoint": url, "model": "gemma3:4b"}})
    assert (absent.is_working, absent.hint.en) == (False, "Run: ollama pull gemma3:4b")
    assert not run("ollama", {}).is_working


def test_a_forbidden_address_is_told_and_nothing_is_sent(run: Any, url: str) -> None:
    finding = run("webhook", {"alerts": {"webhook_url": url}}, networks=())
    assert not finding.is_working
    assert "private network" in finding.summary.en
    assert _Service.posted == []


def test_telegram_says_who_the_bot_is_and_sends_a_message(run: Any, url: str) -> None:
    settings = {"integrations": {"telegram": {"api_url": url}}, "alerts": {"telegram_chat": "-100"}}
    finding = run("telegram", settings, telegram__bot_token=TOKEN)
    assert finding.is_working, finding
    assert _facts(finding)["Bot"] == "@shop_bot"
    assert json.loads(_Service.posted[0][2])["chat_id"] == "-100"
    wrong = run("telegram", settings, telegram__bot_token="1:wrong")
    assert not wrong.is_working
    assert "1:wrong" not in str(wrong)


def test_a_webhook_gets_a_signed_test_alert(run: Any, url: str) -> None:
    import hashlib
    import hmac

    finding = run("webhook", {"alerts": {"webhook_url": url + "/hook"}}, alerts__webhook_secret="s3cret")
    assert finding.is_working
    _, headers, body = _Service.posted[0]
    digest = hmac.new(b"s3cret", body, hashlib.sha256).hexdigest()
    assert headers["X-Synapse-Signature"] == f"sha256={digest}"
    assert not run("webhook", {"alerts": {"webhook_url": url + "/broken"}}).is_working


def test_slack_gets_a_message_at_its_secret_address(run: Any, url: str) -> None:
    assert not run("slack", {}).is_working
    assert run("slack", {}, alerts__slack_url=url + "/services/T0/B0").is_working
    assert _Service.posted[0][0] == "/services/T0/B0"


def test_metabase_needs_an_administrators_key(run: Any, url: str) -> None:
    settings = {"integrations": {"metabase": {"url": url}}}
    assert not run("metabase", settings).is_working
    assert not run("metabase", settings, metabase__api_key="mb_reader").is_working
    working = run("metabase", settings, metabase__api_key="mb_admin")
    assert working.is_working
    assert _facts(working)["Version"] == "v0.64.1.5"


def test_a_slow_service_is_given_up_in_time(run: Any, url: str) -> None:
    finding = run("ollama", {"llm": {"endpoint": url + "/slow"}}, limit=0.3)
    assert (finding.is_working, finding.summary.ru) == (False, "Проверка не уложилась в 0.3 с.")


def test_asterisk_shows_what_the_masks_take_and_what_they_miss(run: Any, tmp_path: Path) -> None:
    assert not run("asterisk", {}).is_working
    store = open_store((tmp_path / "store").as_uri())
    good = "recordings/2026/05/01/in-500-79161234567-20260501-101500-1777.42.wav"
    store.put(good, BytesIO(b"x"))
    store.put("landing/asterisk/cdr.csv", BytesIO(b"x"))
    finding = run("asterisk", {})
    assert finding.is_working, finding
    assert finding.rows[0][:3] == [good, "1777.42", "79161234567"]
    store.put("recordings/call one.wav", BytesIO(b"x"))
    missed = run("asterisk", {})
    assert not missed.is_working
    assert missed.rows[0][0] == "recordings/call one.wav"


class _Smtp(socketserver.StreamRequestHandler):
    letters: ClassVar[list[str]] = []

    def handle(self) -> None:
        self.wfile.write(b"220 mail.example ESMTP\r\n")
        while line := self.rfile.readline():
            word = line.split()[0].upper() if line.split() else b""
            if word == b"EHLO":
                self.wfile.write(b"250-mail.example\r\n250 AUTH PLAIN LOGIN\r\n")
            elif word == b"AUTH":
                is_right = b"AGFubmEAcmlnaHQ=" in line  # \0anna\0right
                self.wfile.write(b"235 ok\r\n" if is_right else b"535 no\r\n")
            elif word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                text = b""
                while (part := self.rfile.readline()) != b".\r\n":
                    text += part
                self.letters.append(text.decode())
                self.wfile.write(b"250 ok\r\n")
            elif word == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            else:
                self.wfile.write(b"250 ok\r\n")


class _Imap(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.wfile.write(b"* OK ready\r\n")
        while line := self.rfile.readline():
            tag, word, *rest = line.split()
            if word.upper() == b"CAPABILITY":
                self.wfile.write(b"* CAPABILITY IMAP4rev1\r\n")
            if word.upper() == b"LOGIN" and rest[-1] != b'"right"':
                self.wfile.write(tag + b" NO wrong\r\n")
                continue
            if word.upper() == b"EXAMINE":
                self.wfile.write(b"* 42 EXISTS\r\n")
            if word.upper() == b"LOGOUT":
                self.wfile.write(b"* BYE\r\n" + tag + b" OK\r\n")
                return
            self.wfile.write(tag + b" OK done\r\n")


@pytest.fixture
def mail_ports() -> Iterator[tuple[int, int]]:
    _Smtp.letters.clear()
    servers = [socketserver.ThreadingTCPServer(("127.0.0.1", 0), kind) for kind in (_Imap, _Smtp)]
    for server in servers:
        server.daemon_threads = True
        Thread(target=server.serve_forever, daemon=True).start()
    yield servers[0].server_address[1], servers[1].server_address[1]
    for server in servers:
        server.shutdown()
        server.server_close()


def test_mail_signs_in_on_both_sides_and_sends_a_letter(run: Any, mail_ports: tuple[int, int]) -> None:
    imap, smtp = mail_ports
    settings = {
        "integrations": {
            "mail": {
                "imap_host": "127.0.0.1",
                "imap_port": imap,
                "imap_user": "anna",
                "imap_encryption": "none",
                "smtp_host": "127.0.0.1",
                "smtp_port": smtp,
                "smtp_user": "anna",
                "smtp_encryption": "none",
                "sender": "synapse@example.ru",
            }
        },
        "alerts": {"mail_to": ["boss@example.ru"]},
    }
    finding = run("mail", settings, mail__imap_password="right", mail__smtp_password="right")
    assert finding.is_working, finding
    assert _facts(finding)["IMAP: letters in the folder"] == "42"
    assert "boss@example.ru" in _Smtp.letters[0]
    wrong = run("mail", settings, mail__imap_password="wrong")
    assert wrong.summary.ru == "IMAP не принял имя или пароль."
    assert "wrong" not in str(wrong.hint)


def test_encryption_that_is_not_spoken_is_told(run: Any, mail_ports: tuple[int, int]) -> None:
    settings = {
        "integrations": {"mail": {"imap_host": "127.0.0.1", "imap_port": mail_ports[0], "imap_user": "anna"}}
    }
    finding = run("mail", settings, mail__imap_password="right")
    assert "TLS" in finding.summary.en


def test_an_unknown_test_is_named(run: Any) -> None:
    with pytest.raises(UnknownTestError, match="storage"):
        run("fax", {})


def test_a_1c_export_is_shown_as_it_would_be_read(run: Any, tmp_path: Path) -> None:
    assert not run("onec", {}).is_working
    content = (
        "Номер;Дата;Контрагент;Телефон;Сумма\r\n"
        "А-1;01.04.2026 10:00:00;Иванова Анна;8 (916) 123-45-67;12 500,00\r\n"
        "А-2;02.04.2026 11:30:00;Петров;89261234567;сто\r\n"
    ).encode("cp1251")
    finding = run("onec", {}, upload=Upload("чеки.csv", content))
    assert finding.is_working, finding
    facts = _facts(finding)
    assert (facts["Encoding"], facts["Delimiter"], facts["Would be rejected"]) == ("cp1251", ";", "1")
    assert "12500.00" in finding.rows[0]
    store = open_store((tmp_path / "store").as_uri())
    store.put("landing/1c/april.csv", BytesIO(content))
    assert _facts(run("onec", {}))["File"] == "landing/1c/april.csv"
    refused = run("onec", {}, upload=Upload("x.csv", b"\x00\x01\x02"))
    assert not refused.is_working


def test_speech_recognition_needs_a_recording_that_can_be_decoded(run: Any, tmp_path: Path) -> None:
    assert "30" in run("asr", {}).summary.ru
    finding = run("asr", {}, upload=Upload("x.wav", b"not audio"))
    assert not finding.is_working
    assert not [path for path in (tmp_path / "store").rglob("*") if path.is_file() and "probes" in path.parts]


def test_the_shipped_model_is_timed_and_scored_on_a_recording(run: Any) -> None:
    import random
    import wave

    import numpy as np

    from demo.voice import TELEPHONE_RATE, UNSEEN_VARIANTS, cast, say_on_telephone

    text = "добрый день компания тёплый дом слушаю вас"
    samples = say_on_telephone(text, cast(UNSEEN_VARIANTS, random.Random(3)))
    sound = BytesIO()
    with wave.open(sound, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(TELEPHONE_RATE)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    finding = run("asr", {}, upload=Upload("call.wav", sound.getvalue(), text))
    facts = _facts(finding)
    assert finding.is_working, finding
    assert float(facts["Real-time factor"]) > 0
    assert float(facts["Word error rate"].rstrip("%")) <= 40
    assert finding.rows[0][2]
