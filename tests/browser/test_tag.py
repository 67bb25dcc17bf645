"""The tag in a real browser, on a page of one origin, sending to the real API of another."""

import functools
import http.server
import json
import re
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from api.app import create_app
from synapse.embedded.postgres import free_port
from synapse.embedded.processes import wait_until
from synapse.environment import load_environment
from synapse.settings.sections import Settings, WebSite
from synapse.settings.store import save_settings

KEY = "browser-write-key-01"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="the tag in a browser: no Chromium on this machine"),
]

PAGE = """<!doctype html><html lang="ru"><head><meta charset="utf-8"><title>Окна</title>
<script src="{api}/tag.js" data-key="{key}" data-site="shop" {options} async></script></head>
<body style="height:4000px">
<a id="tel" href="tel:+74951234567">Позвонить</a>
<a id="wa" href="https://wa.me/79161234567" target="nowhere">WhatsApp</a>
<a id="tg" href="https://t.me/shop" target="nowhere">Telegram</a>
<a id="mail" href="mailto:info@shop.example">Почта</a>
<a id="number" data-synapse-phone href="tel:+74950000000">8 (495) 000-00-00</a>
<form id="measure" action="javascript:void 0">
<input name="phone" type="tel"><input name="email" type="email"><input name="secret" type="password">
<input name="comment" type="text"><button>Отправить</button></form>
<script>for (const id of ["tel", "wa", "tg", "mail"])
  document.getElementById(id).addEventListener("click", event => event.preventDefault());</script>
</body></html>"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A headless Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


class Shop:
    """A site whose pages carry the tag, and the API that takes its events."""

    def __init__(self, folder: Path, engine: sa.Engine) -> None:
        self.folder = folder
        self._engine = engine
        handler = functools.partial(_QuietHandler, directory=str(folder))
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self.api_port = free_port()
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def write_page(self, options: str = "") -> str:
        """Write the page and return its address."""
        api = f"http://127.0.0.1:{self.api_port}"
        (self.folder / "index.html").write_text(PAGE.format(api=api, key=KEY, options=options))
        return f"{self.url}/index.html"

    def events(self, name: str, count: int = 1) -> list[Any]:
        """Wait for events of a name and return them in order."""
        query = sa.text("select * from raw.web_events where event_name = :name order by occurred_at")

        def ask() -> list[Any]:
            with self._engine.connect() as connection:
                return list(connection.execute(query, {"name": name}).all())

        assert wait_until(lambda: len(ask()) >= count, 15), f"{count} × {name}; there are {ask()}"
        return ask()

    def close(self) -> None:
        """Stop the site."""
        self._server.shutdown()
        self._server.server_close()


class _QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def shop(tmp_path: Path, home: Path, engine: sa.Engine) -> Iterator[Shop]:
    """The site, known to the API; the API does not run yet."""
    (tmp_path / "site").mkdir()
    shop = Shop(tmp_path / "site", engine)
    settings = Settings()
    settings.integrations.web.sites = [WebSite(name="shop", write_key=KEY, origins=[shop.url])]
    with engine.begin() as connection:
        save_settings(connection, settings, author="test")
    yield shop
    shop.close()


@pytest.fixture
def api(shop: Shop) -> Iterator[None]:
    """The API, while the test runs."""
    with Serving(shop.api_port):
        yield


class Serving:
    """Run the API in a thread of this process inside the block."""

    def __init__(self, port: int) -> None:
        import uvicorn

        config = uvicorn.Config(create_app(load_environment()), port=port, log_level="error")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run)

    def __enter__(self) -> None:
        self._thread.start()
        assert wait_until(lambda: self._server.started, 20)

    def __exit__(self, *error: object) -> None:
        self._server.should_exit = True
        self._thread.join()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A tab of a visitor who was never here."""
    context = browser.new_context(locale="ru-RU")
    yield context.new_page()
    context.close()


def open_page(page: Any, url: str) -> None:
    page.goto(url)
    page.wait_for_function("window.synapse && window.synapse.loaded")


def test_a_visit_is_recorded_from_the_first_view_to_the_form(shop: Shop, api: None, page: Any) -> None:
    url = shop.write_page()
    page.context.add_cookies(
        [
            {"name": "_ga", "value": "GA1.1.1234567890.1732500000", "url": shop.url},
            {"name": "_ym_uid", "value": "1732500000123456789", "url": shop.url},
        ]
    )
    open_page(page, url + "?utm_source=yandex&utm_medium=cpc&utm_campaign=okna&yclid=77")
    for link in ("tel", "wa", "tg", "mail"):
        page.click(f"#{link}")
    page.fill("[name=phone]", "8 916 123-45-67")
    page.fill("[name=email]", "Anna@Example.ru")
    page.fill("[name=secret]", "hunter2")
    page.fill("[name=comment]", "код 1234")
    page.click("form button")
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")

    (view,) = shop.events("page_view")
    assert (view.utm_source, view.utm_medium, view.utm_campaign, view.yclid) == (
        "yandex",
        "cpc",
        "okna",
        "77",
    )
    assert (view.ga_client_id, view.ym_uid) == ("1234567890.1732500000", "1732500000123456789")
    assert view.properties["title"] == "Окна"
    assert view.phone_shown == "8 (495) 000-00-00"
    assert view.site == "shop"
    for name in ("phone_click", "whatsapp_click", "telegram_click", "email_click"):
        (click,) = shop.events(name)
        assert (click.session_id, click.client_id) == (view.session_id, view.client_id)
        assert click.utm_source == "yandex"
    assert shop.events("phone_click")[0].phone_shown == "+74951234567"
    (form,) = shop.events("form_submit")
    assert (form.phone, form.email) == ("+79161234567", "anna@example.ru")
    assert form.properties == {"title": "Окна", "form": "measure"}
    assert [event.scroll_depth for event in shop.events("scroll", 4)] == [25, 50, 75, 100]
    assert view.is_bot is ("Headless" in view.user_agent)


def test_a_single_page_site_counts_each_view_and_keeps_the_visit(shop: Shop, api: None, page: Any) -> None:
    url = shop.write_page()
    open_page(page, url + "?utm_source=vk")
    page.evaluate("history.pushState({}, '', '/catalogue')")
    page.evaluate("history.replaceState({}, '', '/catalogue')")
    page.evaluate("history.pushState({}, '', '/catalogue/1')")
    page.wait_for_timeout(50)
    page.evaluate("history.back()")
    views = shop.events("page_view", 4)
    paths = [view.url.removeprefix(shop.url) for view in views]
    assert paths == ["/index.html?utm_source=vk", "/catalogue", "/catalogue/1", "/catalogue"]
    assert views[1].referrer == views[0].url
    assert {view.utm_source for view in views} == {"vk"}
    assert len({view.session_id for view in views}) == 1


def test_what_could_not_be_sent_is_sent_by_the_next_page(shop: Shop, page: Any) -> None:
    url = shop.write_page()
    with Serving(shop.api_port):
        open_page(page, url)
        first = shop.events("page_view")
    page.click("#tel")  # nobody answers now
    page.wait_for_timeout(300)
    with Serving(shop.api_port):
        page.reload()
        shop.events("page_view", 2)
        (click,) = shop.events("phone_click")
    assert click.client_id == first[0].client_id
    assert page.evaluate("Object.keys(localStorage).filter(name => name.startsWith('_syn_q.')).length") == 0


def test_a_click_that_leaves_the_page_is_not_lost(shop: Shop, api: None, page: Any) -> None:
    url = shop.write_page()
    open_page(page, url)
    page.evaluate("synapse('event', 'purchase', {amount: 1000}); location.href = 'about:blank'")
    (purchase,) = shop.events("purchase")
    assert purchase.properties["amount"] == 1000


def test_before_consent_nothing_is_kept_or_sent(shop: Shop, api: None, page: Any) -> None:
    url = shop.write_page('data-consent="required"')
    open_page(page, url)
    page.click("#tel")
    page.wait_for_timeout(700)
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length") == 0
    page.evaluate("synapse('consent', {analytics: true, ads: false})")
    (view,) = shop.events("page_view")
    assert view.consent == {"analytics": True, "ads": False}
    page.evaluate("synapse('consent', {analytics: false})")
    assert [cookie["name"] for cookie in page.context.cookies()] == []


def test_cookies_are_first_party_lax_and_bounded(shop: Shop, api: None, page: Any) -> None:
    open_page(page, shop.write_page())
    cookies = {cookie["name"]: cookie for cookie in page.context.cookies()}
    assert set(cookies) == {"_syn_id", "_syn_s"}
    now = page.evaluate("Date.now() / 1000")
    assert cookies["_syn_id"]["sameSite"] == "Lax"
    assert cookies["_syn_id"]["expires"] - now == pytest.approx(395 * 86400, abs=60)
    assert cookies["_syn_s"]["expires"] - now == pytest.approx(1800, abs=60)


def test_a_substituted_number_is_shown_and_noted(shop: Shop, api: None, page: Any) -> None:
    open_page(page, shop.write_page())
    page.evaluate("synapse('phone', '+74957654321', '8 (495) 765-43-21'); synapse('event', 'seen')")
    assert page.inner_text("#number") == "8 (495) 765-43-21"
    assert page.get_attribute("#number", "href") == "tel:+74957654321"
    assert shop.events("seen")[0].phone_shown == "+74957654321"


def test_commands_before_the_tag_arrives_are_kept_and_init_replaces_attributes(
    shop: Shop, api: None, page: Any
) -> None:
    url = shop.write_page()
    text = (shop.folder / "index.html").read_text().replace(f'data-key="{KEY}"', "")
    stub = (
        "<script>window.synapse = function () { (synapse.q = synapse.q || []).push(arguments); };"
        f"synapse('init', {{key: '{KEY}'}}); synapse('event', 'early', {{a: 1}});</script>"
    )
    (shop.folder / "index.html").write_text(text.replace("<title>", stub + "<title>"))
    open_page(page, url)
    assert shop.events("early")[0].properties["a"] == 1
    assert len(shop.events("page_view")) == 1


GTM = Path(__file__).resolve().parents[2] / "deploy" / "gtm"


def test_the_gtm_container_loads_the_tag_and_passes_purchases(shop: Shop, api: None, page: Any) -> None:
    tags = {
        tag["name"]: tag
        for tag in json.loads((GTM / "container.json").read_text())["containerVersion"]["tag"]
    }
    values = {
        "Synapse - адрес": f"http://127.0.0.1:{shop.api_port}",
        "Synapse - ключ записи": KEY,
        "Synapse - сайт": "shop",
        "Synapse - согласие": "",
        "Synapse - заказ": "A-17",
        "Synapse - сумма": 120000,
        "Synapse - валюта": "RUB",
    }

    def fired(name: str) -> str:
        """The tag as GTM writes it into a page: variables become JavaScript values."""
        html = tags[name]["parameter"][0]["value"]
        return re.sub(r"\{\{([^}]+)\}\}", lambda found: json.dumps(values[found[1]]), html)

    (shop.folder / "gtm.html").write_text(
        "<!doctype html><meta charset=utf-8><title>Окна</title>"
        + fired("Synapse - загрузка")
        + fired("Synapse - покупка")
    )
    open_page(page, f"{shop.url}/gtm.html")
    assert len(shop.events("page_view")) == 1
    (purchase,) = shop.events("purchase")
    assert purchase.properties == {"title": "Окна", "order_id": "A-17", "amount": 120000, "currency": "RUB"}


def test_the_gtm_template_obeys_googles_consent_mode(shop: Shop, api: None, page: Any) -> None:
    text = (GTM / "template.tpl").read_text()
    code = re.search(r"___SANDBOXED_JS_FOR_WEB_TEMPLATE___(.*?)___WEB_PERMISSIONS___", text, re.DOTALL)
    assert code is not None
    # The parts of GTM's sandbox that the template asks for, by their documentation.
    sandbox = """
      window.granted = {}; window.listeners = [];
      const apis = {
        createArgumentsQueue: (name, queue) => {
          const wait = function () { (window[name].q = window[name].q || []).push(arguments); };
          window[name] = window[name] || wait;
          return (...words) => window[name](...words);
        },
        injectScript: (url, done, failed) => {
          const script = document.createElement('script');
          Object.assign(script, {src: url, onload: done, onerror: failed});
          document.head.appendChild(script);
        },
        isConsentGranted: type => !!window.granted[type],
        addConsentListener: (type, listener) => window.listeners.push(listener),
        makeTableMap: (rows, key, value) => Object.fromEntries(rows.map(row => [row[key], row[value]])),
      };
      window.fire = data => new Function('require', 'data', CODE)(name => apis[name],
        Object.assign({gtmOnSuccess: () => {}, gtmOnFailure: () => {}}, data));
    """.replace("CODE", json.dumps(code[1]))
    (shop.folder / "gtm.html").write_text(
        f"<!doctype html><meta charset=utf-8><title>Окна</title><script>{sandbox}</script>"
    )
    page.goto(f"{shop.url}/gtm.html")
    address = f"http://127.0.0.1:{shop.api_port}"
    page.evaluate(
        "options => window.fire(options)",
        {"action": "load", "address": address, "key": KEY, "site": "shop", "consentMode": True},
    )
    page.wait_for_function("window.synapse && window.synapse.loaded")
    assert page.context.cookies() == []
    page.evaluate(
        "window.granted = {analytics_storage: true}; window.listeners.forEach(listener => listener())"
    )
    assert shop.events("page_view")[0].consent == {"analytics": True, "ads": False}
    rows = [{"name": "windows", "value": "3"}]
    page.evaluate(
        "options => window.fire(options)", {"action": "event", "eventName": "calculator", "properties": rows}
    )
    assert shop.events("calculator")[0].properties["windows"] == "3"
