"""An expert's word about a receipt and its enquiry."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from synapse.database.engine import engine_for
from synapse.database.tables.app import audit_log, match_decisions, work_requests
from synapse.reports.marts import receipts
from synapse.security.roles import Role
from tests.integration.pages.company import NOW, fill_company
from tests.integration.pages.conftest import make_app, open_client


@pytest.fixture
def paired(database_url: str) -> tuple[int, str]:
    """A receipt of a filled company and the enquiry that it is shown with."""
    with engine_for(database_url).begin() as connection:
        fill_company(connection, now=NOW)
        row = connection.execute(
            sa.select(receipts.c.receipt_id, receipts.c.enquiry_id)
            .where(receipts.c.enquiry_id.is_not(None))
            .order_by(receipts.c.issued_at.desc())
            .limit(1)
        ).one()
    return row.receipt_id, row.enquiry_id


@pytest.mark.parametrize(("intent", "action"), [("confirm", "match.confirm"), ("reject", "match.reject")])
def test_an_expert_s_word_is_kept_and_audited(
    database_url: str, company_home: Path, paired: tuple[int, str], intent: str, action: str
) -> None:
    client = open_client(make_app(database_url, company_home, Role.EXPERT))
    sent = {"receipt_id": str(paired[0]), "enquiry_id": paired[1], "intent": intent}
    assert client.post("/receipts/decisions", data=sent).status_code == 303
    with engine_for(database_url).connect() as connection:
        decision = connection.execute(sa.select(match_decisions)).one()
        audited = connection.execute(sa.select(audit_log).where(audit_log.c.action == action)).one()
        asked = connection.execute(sa.select(work_requests.c.kind)).scalars().all()
    assert (decision.enquiry_id, decision.is_match) == (paired[1], intent == "confirm")
    assert decision.decided_by == audited.actor == "expert-1"
    assert asked == ["refresh"]
    words = {"confirm": "Решено: это оно", "reject": "Решено: не оно"}
    assert words[intent] in client.get("/receipts?days=90").text


def test_a_word_is_taken_back_by_its_opposite_and_the_list_stays(
    database_url: str, company_home: Path, paired: tuple[int, str]
) -> None:
    client = open_client(make_app(database_url, company_home, Role.EXPERT))
    sent = {"receipt_id": str(paired[0]), "enquiry_id": paired[1]}
    address = "/receipts/decisions?days=90&kind=sale"
    for intent, words in (("reject", "Решено: не оно"), ("confirm", "Решено: это оно")):
        answer = client.post(address, data=sent | {"intent": intent})
        assert answer.headers["location"] == "/receipts?days=90&kind=sale"
        text = client.get(answer.headers["location"]).text
        assert text.count("Решено:") == 1
        assert words in text


def test_a_reviewer_may_not_decide_and_sees_no_buttons(
    database_url: str, company_home: Path, paired: tuple[int, str]
) -> None:
    client = open_client(make_app(database_url, company_home, Role.REVIEWER))
    sent = {"receipt_id": str(paired[0]), "enquiry_id": paired[1], "intent": "confirm"}
    assert client.post("/receipts/decisions", data=sent).status_code == 403
    assert "/receipts/decisions" not in client.get("/receipts").text
    with engine_for(database_url).connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(match_decisions)) == 0


def test_a_pair_that_the_page_no_longer_shows_is_not_decided(
    database_url: str, company_home: Path, paired: tuple[int, str]
) -> None:
    client = open_client(make_app(database_url, company_home, Role.EXPERT))
    sent = {"receipt_id": str(paired[0]), "enquiry_id": "call:other", "intent": "confirm"}
    assert client.post("/receipts/decisions", data=sent).status_code >= 400
    with engine_for(database_url).connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(match_decisions)) == 0
