"""`synapse sql`: answers, formats, and what it refuses."""

import json

import pytest

from synapse.operations.query import QueryError, run_query


@pytest.fixture
def url(database_url: str) -> str:
    return database_url.replace("postgresql+psycopg", "postgresql")


def test_rows_come_back_as_csv_and_json(url: str) -> None:
    answer = run_query(url, "select 1 as n, 'a,b' as words, 12.50::numeric(14, 2) as amount")
    assert answer.as_csv() == 'n,words,amount\r\n1,"a,b",12.50\r\n'
    assert json.loads(answer.as_json()) == [{"n": 1, "words": "a,b", "amount": "12.50"}]


def test_changes_are_refused_unless_asked_for(url: str) -> None:
    change = "insert into app.alerts (kind, subject, message) values ('a', 'b', 'c')"
    with pytest.raises(QueryError, match="read-only") as caught:
        run_query(url, change)
    assert "--write" in caught.value.hint
    run_query(url, change, access="read write")
    assert run_query(url, "select count(*) from app.alerts").rows == [(1,)]


def test_a_wrong_query_is_quoted_in_postgres_words(url: str) -> None:
    with pytest.raises(QueryError, match='relation "nothing" does not exist'):
        run_query(url, "select * from nothing")


def test_percent_signs_are_not_parameters(url: str) -> None:
    assert run_query(url, "select 'a%s' like 'a%' as same").rows == [(True,)]
