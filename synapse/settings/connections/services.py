"""Tests of services that speak HTTP: Ollama, Telegram, WhatsApp, Slack, a webhook, Metabase."""

import hashlib
import hmac
from collections.abc import Mapping
from time import perf_counter
from typing import Any

import httpx
import orjson
from pydantic import SecretStr

from synapse.settings.connections.report import ConnectionTestError, Fact, Finding, not_set_up
from synapse.settings.connections.targets import TargetPolicy, request
from synapse.settings.integrations import Metabase, Telegram, Whatsapp
from synapse.settings.policies import Alerts
from synapse.settings.sections import Llm
from synapse.settings.words import Bilingual

_TEXT = "Synapse: проверка связи, отвечать не нужно. / This is a test."


def _json(answer: httpx.Response) -> dict[str, Any]:
    try:
        found = orjson.loads(answer.content)
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def _refused(who: str, answer: httpx.Response, reason: str = "") -> ConnectionTestError:
    said = f": {reason[:200]}" if reason else ""
    hints = {
        401: Bilingual(
            "Ключ или токен не подходит; задайте новый.", "The key or token is wrong; set a new one."
        ),
        403: Bilingual("Ключу не хватает прав.", "The key lacks rights."),
        404: Bilingual("Адрес или имя не найдены на той стороне.", "The address or name is unknown there."),
        429: Bilingual("Слишком часто; попробуйте позже.", "Too often; try later."),
    }
    return ConnectionTestError(
        Bilingual(
            f"{who} ответил {answer.status_code}{said}.", f"{who} answered {answer.status_code}{said}."
        ),
        hints.get(answer.status_code, Bilingual("", "")),
    )


def try_ollama(settings: Llm, policy: TargetPolicy) -> Finding:
    """Is it there, has it the model, how fast does it answer a prompt."""
    if not settings.endpoint:
        raise not_set_up("адрес Ollama", "Ollama's address")
    base = settings.endpoint.rstrip("/")
    version = str(_json(_ok("Ollama", request("GET", f"{base}/api/version", policy))).get("version", "?"))
    tags = _json(_ok("Ollama", request("GET", f"{base}/api/tags", policy))).get("models", [])
    names = [str(model.get("name", "")) for model in tags if isinstance(model, dict)]
    wanted = settings.model if ":" in settings.model else f"{settings.model}:latest"
    facts = [Fact(Bilingual("Версия", "Version"), version)]
    if wanted not in names:
        return Finding(
            False,
            Bilingual(f"Ollama работает, но модели {wanted} нет.", f"Ollama works, but lacks {wanted}."),
            Bilingual(f"Выполните: ollama pull {wanted}", f"Run: ollama pull {wanted}"),
            (*facts, Fact(Bilingual("Есть модели", "Models"), ", ".join(names[:10]) or "–")),
        )
    body = {
        "model": wanted,
        "prompt": "Ответь одним словом: столица России?",
        "stream": False,
        "options": {"num_predict": 32, "temperature": 0},
    }
    began = perf_counter()
    answer = request(
        "POST", f"{base}/api/generate", policy, json=body, timeout=min(settings.timeout_seconds, 50)
    )
    said = _json(answer)
    if answer.status_code != 200 or "error" in said:
        raise _refused("Ollama", answer, str(said.get("error", "")))
    seconds = perf_counter() - began
    tokens, spent = int(said.get("eval_count", 0)), int(said.get("eval_duration", 0)) / 1e9
    facts += [
        Fact(Bilingual("Ответ", "Answer"), str(said.get("response", "")).strip()[:120]),
        Fact(Bilingual("Время", "Time"), f"{seconds:.1f} s"),
    ]
    if tokens and spent:
        facts.append(Fact(Bilingual("Скорость", "Speed"), f"{tokens / spent:.1f} tokens/s"))
    works = Bilingual(f"Модель {wanted} отвечает.", f"The model {wanted} answers.")
    return Finding(True, works, facts=tuple(facts))


def _ok(who: str, answer: httpx.Response) -> httpx.Response:
    if answer.status_code != 200:
        raise _refused(who, answer)
    return answer


def try_telegram(
    settings: Telegram, alerts: Alerts, token: SecretStr | None, policy: TargetPolicy
) -> Finding:
    """Who the bot is, whether its webhook works, and a message to the alert chat where one is set."""
    if token is None:
        raise not_set_up("секрет telegram.bot_token", "the secret telegram.bot_token")
    base = f"{settings.api_url.rstrip('/')}/bot{token.get_secret_value()}"
    me = _telegram(request("GET", f"{base}/getMe", policy))
    facts = [Fact(Bilingual("Бот", "Bot"), f"@{me.get('username', '?')}")]
    hook = _telegram(request("GET", f"{base}/getWebhookInfo", policy))
    if settings.mode == "webhook" and not hook.get("url"):
        return Finding(
            False,
            Bilingual("Бот есть, но webhook не зарегистрирован.", "The bot is there, its webhook is not."),
            Bilingual("Зарегистрируйте webhook или выберите polling.", "Register it or choose polling."),
            facts,
        )
    if hook.get("last_error_message"):
        facts.append(
            Fact(Bilingual("Ошибка webhook", "Webhook error"), str(hook["last_error_message"])[:200])
        )
    if alerts.telegram_chat:
        body = {"chat_id": alerts.telegram_chat, "text": _TEXT}
        _telegram(request("POST", f"{base}/sendMessage", policy, json=body))
        facts.append(Fact(Bilingual("Сообщение", "Message"), alerts.telegram_chat))
    return Finding(True, Bilingual("Бот Telegram работает.", "The Telegram bot works."), facts=tuple(facts))


def _telegram(answer: httpx.Response) -> Mapping[str, Any]:
    said = _json(answer)
    if not said.get("ok"):
        raise _refused("Telegram", answer, str(said.get("description", "")))
    result = said.get("result")
    return result if isinstance(result, dict) else {}


def try_whatsapp(settings: Whatsapp, token: SecretStr | None, policy: TargetPolicy) -> Finding:
    """Whether the token may see the number."""
    if not settings.phone_number_id or token is None:
        raise not_set_up("Phone number ID и токен доступа", "the phone number id and the access token")
    number = f"{settings.graph_url.rstrip('/')}/{settings.phone_number_id}"
    url = f"{number}?fields=display_phone_number,quality_rating"
    answer = request("GET", url, policy, headers={"Authorization": f"Bearer {token.get_secret_value()}"})
    said = _json(answer)
    if answer.status_code != 200:
        error = said.get("error")
        raise _refused("WhatsApp", answer, str(error.get("message", "")) if isinstance(error, dict) else "")
    facts = (
        Fact(Bilingual("Номер", "Number"), str(said.get("display_phone_number", "?"))),
        Fact(Bilingual("Качество", "Quality"), str(said.get("quality_rating", "?"))),
    )
    return Finding(True, Bilingual("WhatsApp отвечает.", "WhatsApp answers."), facts=facts)


def try_slack(url: SecretStr | None, policy: TargetPolicy) -> Finding:
    """Send a message to the incoming webhook."""
    if url is None:
        raise not_set_up("секрет alerts.slack_url", "the secret alerts.slack_url")
    answer = request("POST", url.get_secret_value(), policy, json={"text": _TEXT})
    if answer.status_code != 200:
        raise _refused("Slack", answer, answer.text)
    return Finding(True, Bilingual("Сообщение в Slack отправлено.", "The message to Slack was sent."))


def try_webhook(alerts: Alerts, secret: SecretStr | None, policy: TargetPolicy) -> Finding:
    """Send a test alert, signed where a secret is set (``X-Synapse-Signature: sha256=…`` over the body)."""
    if not alerts.webhook_url:
        raise not_set_up("адрес webhook", "the webhook's address")
    body = orjson.dumps({"kind": "test", "message": _TEXT})
    headers = {"Content-Type": "application/json"}
    if secret is not None:
        digest = hmac.new(secret.get_secret_value().encode(), body, hashlib.sha256).hexdigest()
        headers["X-Synapse-Signature"] = f"sha256={digest}"
    answer = request("POST", alerts.webhook_url, policy, content=body, headers=headers)
    if not 200 <= answer.status_code < 300:
        raise _refused("Webhook", answer)
    facts = (Fact(Bilingual("Ответ", "Answer"), str(answer.status_code)),)
    return Finding(True, Bilingual("Webhook принял проверку.", "The webhook took the test."), facts=facts)


def try_metabase(settings: Metabase, key: SecretStr | None, policy: TargetPolicy) -> Finding:
    """Whether it is healthy and the key is an administrator's."""
    if not settings.url:
        raise not_set_up("адрес Metabase", "Metabase's address")
    base = settings.url.rstrip("/")
    _ok("Metabase", request("GET", f"{base}/api/health", policy))
    properties = _json(_ok("Metabase", request("GET", f"{base}/api/session/properties", policy)))
    version = properties.get("version")
    tag = str(version.get("tag", "?")) if isinstance(version, dict) else "?"
    facts = [Fact(Bilingual("Версия", "Version"), tag)]
    if key is None:
        return Finding(
            False,
            Bilingual("Metabase работает, но ключа API нет.", "Metabase works, but there is no API key."),
            Bilingual("Задайте секрет metabase.api_key.", "Set the secret metabase.api_key."),
            facts,
        )
    headers = {"x-api-key": key.get_secret_value()}
    me = _json(_ok("Metabase", request("GET", f"{base}/api/user/current", policy, headers=headers)))
    if not me.get("is_superuser"):
        return Finding(
            False,
            Bilingual("Ключ Metabase не администратора.", "The Metabase key is not an administrator's."),
            Bilingual("Выдайте ключ группе Administrators.", "Give the key to the group Administrators."),
            facts,
        )
    return Finding(True, Bilingual("Metabase работает.", "Metabase works."), facts=tuple(facts))
