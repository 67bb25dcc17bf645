"""The company's site: sessions of visitors and bots as the browser tag sends them."""

import json
import uuid
from dataclasses import dataclass
from random import Random

from demo.company import clock
from demo.company.people import Person, spell_by_hand
from demo.company.spool import DayFiles
from demo.company.truth import Truth

SITE = "teplydom"
_HOST = "https://teplydom.example"
_CALCULATES = 0.7
_PAGES = ("/", "/okna", "/balkony", "/ceny", "/akcii", "/otzyvy", "/raboty", "/kontakty", "/dveri")
_WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
_AGENTS = (
    f"{_WINDOWS} Chrome/131.0.0.0 Safari/537.36",
    f"{_WINDOWS} Chrome/128.0.0.0 YaBrowser/24.10.0.0 Safari/537.36",
    "Mozilla/5.0 (Linux; Android 14; SM-A546E) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 "
    "Mobile Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.1 Mobile/15E148 Safari/604.1",
)
_BOTS = (
    "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)",
    "python-requests/2.32.3",
)


@dataclass(frozen=True, slots=True)
class Source:
    """Where visitors come from, and how good they are.

    Attributes:
        source, medium, campaign: As in utm marks; empty campaign: unmarked.
        weight: Share of visits.
        sells: Chance that a well-served enquiry ends in a receipt.
        referrer: Page before ours.
        click_id: Name of the advertiser's click id, empty if none.
    """

    source: str
    medium: str
    campaign: str
    weight: float
    sells: float
    referrer: str
    click_id: str = ""

    @property
    def is_marked(self) -> bool:
        """Whether links carry utm marks."""
        return bool(self.campaign)


SOURCES = (
    Source("yandex", "cpc", "okna_msk", 0.28, 0.26, "https://yandex.ru/", "yclid"),
    Source("yandex", "cpc", "balkony", 0.12, 0.30, "https://yandex.ru/", "yclid"),
    Source("google", "cpc", "okna_brand", 0.10, 0.34, "https://www.google.com/", "gclid"),
    Source("yandex", "organic", "", 0.18, 0.36, "https://yandex.ru/"),
    Source("google", "organic", "", 0.08, 0.34, "https://www.google.com/"),
    Source("vk", "social", "skidka_noyabr", 0.12, 0.12, "https://vk.com/", "fbclid"),
    Source("2gis", "referral", "card", 0.06, 0.42, "https://2gis.ru/"),
    Source("(direct)", "(none)", "", 0.06, 0.38, ""),
)
OFFLINE = Source("", "", "", 0.0, 0.38, "")
"""Friends' advice, the sign on the street: no visit is seen."""


@dataclass(frozen=True, slots=True)
class Browser:
    """One browser with its cookies."""

    client_id: str
    ga: str
    ym: str
    agent: str


class Site:
    """Writes the events of sessions."""

    def __init__(self, files: DayFiles, truth: Truth, rng: Random) -> None:
        self._files = files
        self._truth = truth
        self._rng = rng
        self._browsers: dict[str, Browser] = {}

    def browser(self, at: int) -> Browser:
        """A browser that comes for the first time."""
        rng = self._rng
        ga = f"{rng.randrange(10**9, 2 * 10**9)}.{at}"
        ym = f"{at}{rng.randrange(10**8, 10**9)}"
        return Browser(self._uuid(), ga, ym, rng.choice(_AGENTS))

    def browser_of(self, person: Person, at: int) -> Browser:
        """One of the person's browsers; now and then a new one."""
        rng = self._rng
        if not person.clients or (len(person.clients) < 3 and rng.random() < 0.15):
            browser = self.browser(at)
            self._browsers[browser.client_id] = browser
            person.clients.append(browser.client_id)
            self._truth.is_somebody(person, "client", browser.client_id)
            self._truth.is_somebody(person, "ga", browser.ga)
            self._truth.is_somebody(person, "ym", browser.ym)
        return self._browsers[rng.choice(person.clients)]

    def visit(
        self,
        browser: Browser,
        at: int,
        source: Source,
        *,
        action: str = "",
        person: Person | None = None,
        is_bot: bool = False,
    ) -> int:
        """Write one session.

        Args:
            browser: Whose cookies are sent.
            at: Epoch of the first page view.
            source: Where the visitor comes from.
            action: phone_click, whatsapp_click, telegram_click or form_submit at the end, or empty.
            person: Who it is; fills in the form.
            is_bot: A crawler: many pages, no scrolling.

        Returns:
            Epoch of the last event.
        """
        rng = self._rng
        session_id = self._uuid()
        base: dict[str, object] = {
            "site": SITE,
            "session_id": session_id,
            "client_id": browser.client_id,
            "user_agent": browser.agent,
            "consent": {"analytics": True, "ads": rng.random() < 0.7},
        }
        if not is_bot:
            base |= {"ga_client_id": browser.ga, "ym_uid": browser.ym}
            self._truth.links.join(
                ("session", session_id), ("client", browser.client_id), ("ga", browser.ga), ("ym", browser.ym)
            )
        query, marks = self._marks(source)
        moment = float(at)
        pages = rng.randint(1, 5) if action or rng.random() < 0.6 else 1
        pages = rng.randint(4, 12) if is_bot else pages
        referrer, path = source.referrer, "/"
        for number in range(pages):
            path = rng.choice(_PAGES) if number or rng.random() < 0.4 else "/"
            url = _HOST + path + (query if number == 0 else "")
            first = marks if number == 0 else {}
            self._event(moment, "page_view", base | first | {"url": url, "referrer": referrer})
            referrer = url
            moment += 0.4 if is_bot else rng.uniform(4, 70)
            if not is_bot and rng.random() < 0.55:
                depth = rng.choice((25, 50, 75, 90))
                self._event(moment, "scroll", base | {"url": url, "scroll_depth": depth})
                moment += rng.uniform(1, 15)
        if action:
            extra: dict[str, object] = {"url": _HOST + path}
            if action == "phone_click":
                extra["phone_shown"] = "+7 (495) 123-45-00"
            if action == "form_submit" and person is not None:
                extra |= self._form(person, session_id, "callback")
            elif person is not None and rng.random() < _CALCULATES:
                # Asks for a calculation first and leaves the number: so calls can be told their source.
                asked = self._form(person, session_id, "calculator")
                self._event(moment, "form_submit", base | {"url": f"{_HOST}/ceny"} | asked)
                moment += rng.uniform(5, 40)
            self._event(moment, action, base | extra)
        self._truth.session(
            session_id,
            person,
            start=at,
            end=int(moment),
            source=source.source,
            action=action,
            is_bot=is_bot,
        )
        return int(moment)

    def _form(self, person: Person, session_id: str, form: str) -> dict[str, object]:
        rng = self._rng
        phone = person.phones[-1] if rng.random() < 0.5 else person.phone
        fields: dict[str, object] = {
            "phone": spell_by_hand(phone, rng),
            "properties": {"form": form, "name": person.given.capitalize()},
        }
        seen = [("session", session_id), ("phone", phone)]
        self._truth.is_somebody(person, "phone", phone)
        if rng.random() < 0.6:
            fields["email"] = person.email.upper() if rng.random() < 0.1 else person.email
            seen.append(("email", person.email))
            self._truth.is_somebody(person, "email", person.email)
        self._truth.links.join(*seen)
        return fields

    def _marks(self, source: Source) -> tuple[str, dict[str, object]]:
        if not source.is_marked:
            return "", {}
        rng = self._rng
        marks: dict[str, object] = {
            "utm_source": source.source, "utm_medium": source.medium, "utm_campaign": source.campaign,
        }  # fmt: skip
        if source.medium == "cpc":
            marks["utm_term"] = rng.choice(("окна пвх цена", "остекление балкона", "пластиковые окна"))
        if source.click_id:
            marks[source.click_id] = f"{rng.getrandbits(60)}"
        return "?" + "&".join(f"{name}={value}" for name, value in marks.items()).replace(" ", "+"), marks

    def bot(self, at: int) -> None:
        """A crawler's visit."""
        rng = self._rng
        self.visit(Browser(self._uuid(), "", "", rng.choice(_BOTS)), at, SOURCES[-1], is_bot=True)

    def stranger(self, at: int) -> None:
        """A visitor who looks and goes."""
        source = self._rng.choices(SOURCES, [s.weight for s in SOURCES])[0]
        self.visit(self.browser(at), at, source)

    def _event(self, moment: float, name: str, fields: dict[str, object]) -> None:
        stamp = clock.iso(moment)[:-1] + f".{int(moment % 1 * 1000):03d}Z"
        event = {"event_id": self._uuid(), "event_name": name, "occurred_at": stamp} | fields
        self._files.add(moment, json.dumps(event, ensure_ascii=False, separators=(",", ":")))

    def _uuid(self) -> str:
        return str(uuid.UUID(int=self._rng.getrandbits(128), version=4))
