"""The page of a contact: who sees what, and what experts decide there."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from api.dependencies import current_user, signed_in
from synapse.database.tables.app import audit_log
from synapse.database.tables.raw import call_records, receipts
from synapse.identity.graph import refresh_contacts
from synapse.security.roles import Role
from tests.integration.identity.test_graph import ANNA, IVAN, SETTINGS, call, contact_of, land, receipt
from tests.integration.pages.conftest import make_app, open_client

Opened = Callable[..., TestClient]


@pytest.fixture
def opened(engine: sa.Engine, database_url: str, tmp_path: Path) -> Opened:
    """Two callers with receipts, and clients of every role that write to this database."""
    land(engine, call_records, call("89161234567", "500"), call("89031112233", "500", minutes=5))
    land(
        engine,
        receipts,
        receipt(phone=IVAN, customer_code="К-100", customer_name="Петров Иван", minutes=60),
        receipt(phone=ANNA, customer_code="К-200", customer_name="Котова Анна", minutes=70),
    )
    refresh_contacts(engine, SETTINGS)

    def make(role: Role = Role.EXPERT, language: str = "ru") -> TestClient:
        app = make_app(database_url, tmp_path, role)
        user = app.dependency_overrides.pop(current_user)  # the check of forms stays in force
        app.dependency_overrides[signed_in] = user
        client = open_client(app, language)
        client.headers["sec-fetch-site"] = "same-origin"
        return client

    return make


def ids(engine: sa.Engine) -> tuple[int, int]:
    return contact_of(engine, "phone", IVAN) or 0, contact_of(engine, "phone", ANNA) or 0


def send(client: TestClient, contact: int, action: str, **fields: object) -> int:
    page = client.get(f"/contacts/{contact}").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    sent = {"csrf_token": token[1] if token else "", "reason": "муж и жена"} | fields
    return client.post(f"/contacts/{contact}/{action}", data=sent).status_code


@pytest.mark.parametrize("language", ["ru", "en"])
def test_an_expert_sees_identifiers_and_why_they_are_one_person(
    opened: Opened, engine: sa.Engine, language: str
) -> None:
    ivan, _ = ids(engine)
    client = opened(language=language)
    page = client.get(f"/contacts/{ivan}").text
    assert "+7 916 123-45-67" in page
    assert "К-100" in page
    assert not re.search(r"person\.\w|identifier\.\w|evidence\.\w", page)
    last = re.findall(r"\?why=(\d+)", page)[-1]
    number = engine.connect().scalar(sa.select(receipts.c.receipt_number).where(receipts.c.phone == IVAN))
    why = client.get(f"/contacts/{ivan}?why={last}").text
    assert f"{'чек' if language == 'ru' else 'receipt'} {number}" in re.sub(r"\s+", " ", why)


@pytest.mark.parametrize("role", [Role.OBSERVER, Role.REVIEWER])
def test_lower_roles_see_no_identifier_in_full_and_decide_nothing(
    opened: Opened, engine: sa.Engine, role: Role
) -> None:
    ivan, anna = ids(engine)
    client = opened(role)
    page = client.get(f"/contacts/{ivan}").text
    last = re.findall(r"why=(\d+)", page)[-1]
    why = client.get(f"/contacts/{ivan}?why={last}").text
    for text in (page, why):
        assert not any(secret in text for secret in ("123-45-67", "9161234567", "К-100", "Петров"))
    assert "/merge" not in page
    assert "/split" not in page
    assert send(client, ivan, "merge", other=anna) == 403
    assert ids(engine) == (ivan, anna)


def test_an_expert_merges_and_the_old_address_leads_to_the_contact(opened: Opened, engine: sa.Engine) -> None:
    ivan, anna = ids(engine)
    older, younger = sorted((ivan, anna))
    client = opened()
    assert send(client, ivan, "merge", other=anna) == 303
    assert ids(engine) == (older, older)
    answer = client.get(f"/contacts/{younger}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/contacts/{older}")
    page = client.get(f"/contacts/{older}").text
    assert "муж и жена" in page
    decision = re.search(r'name="decision" value="(\d+)"', page)
    assert decision
    assert send(client, older, "revoke", decision=decision[1]) == 303
    assert len(set(ids(engine))) == 2
    with engine.connect() as connection:
        lines = connection.execute(sa.select(audit_log).where(audit_log.c.action.like("identity.%"))).all()
    assert [(line.actor, line.action) for line in lines] == [
        ("expert-1", "identity.merge"),
        ("expert-1", "identity.revoke"),
    ]


def test_an_expert_splits_an_identifier_off(opened: Opened, engine: sa.Engine) -> None:
    ivan, _ = ids(engine)
    client = opened()
    first = re.findall(r'name="identifier" value="(\d+)"', client.get(f"/contacts/{ivan}").text)[0]
    assert send(client, ivan, "split", identifier=first) == 303
    assert contact_of(engine, "phone", IVAN) != contact_of(engine, "code", "К-100")


def test_what_cannot_be_done_is_said_on_the_page(opened: Opened, engine: sa.Engine) -> None:
    ivan, anna = ids(engine)
    client = opened()
    assert send(client, ivan, "merge", other=10**9) == 409
    assert send(client, ivan, "merge", other=ivan) == 409
    assert send(client, ivan, "split", identifier=10**9) == 409
    assert send(client, ivan, "merge", other=anna, reason=" ") == 409
    assert client.get("/contacts/999999999").status_code == 404


def test_a_form_of_another_site_is_refused(opened: Opened, engine: sa.Engine) -> None:
    ivan, anna = ids(engine)
    client = opened()
    client.headers["sec-fetch-site"] = "cross-site"
    assert client.post(f"/contacts/{ivan}/merge", data={"other": anna, "reason": "чужой"}).status_code == 403
    assert ids(engine) == (ivan, anna)


def test_a_form_without_its_token_is_refused(opened: Opened, engine: sa.Engine) -> None:
    ivan, anna = ids(engine)
    client = opened()
    del client.headers["sec-fetch-site"]
    assert client.post(f"/contacts/{ivan}/merge", data={"other": anna, "reason": "чужой"}).status_code == 403
    assert send(client, ivan, "merge", other=anna) == 303
