"""Every question of Metabase is asked as Metabase would ask it: as the BI role, with and without filters."""

import re

import psycopg
import pytest

from metabase.definitions import Dashboard, load_dashboards
from tests.acceptance.company import Company

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(900)]  # the first waits for the company

DASHBOARDS = load_dashboards()
_OPTIONAL = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)


def _empty(sql: str) -> str:
    return _OPTIONAL.sub("", sql)


def _filled(dashboard: Dashboard, question: str) -> str:
    """The query as Metabase sends it with every filter set: a condition on the filter's column."""
    card = next(one for one in dashboard.cards if one.question == question)
    sql = _OPTIONAL.sub(r"\1", dashboard.sql[question])
    types = {one.slug: one.type for one in dashboard.filters}
    for slug, column in card.filters.items():
        table, name = column.split(".")
        named = f'"bi"."{table}"."{name}"'
        is_date = types[slug].startswith("date")
        condition = (
            f"{named} between date '2026-01-01' and date '2026-12-31'" if is_date else f"{named} = '101'"
        )
        sql = sql.replace("{{" + slug + "}}", condition)
    return sql


@pytest.mark.parametrize("key", [one.key for one in DASHBOARDS])
def test_every_question_answers_the_bi_role(company: Company, key: str) -> None:
    dashboard = next(one for one in DASHBOARDS if one.key == key)
    with psycopg.connect(company.url) as connection:
        connection.execute("set role synapse_bi")
        for question, sql in dashboard.sql.items():
            shown = connection.execute(_empty(sql).encode())
            assert shown.description is not None
            assert all(column.name.strip() for column in shown.description), question
            assert shown.fetchall(), question
            connection.execute(_filled(dashboard, question).encode())


@pytest.mark.parametrize("key", [one.key for one in DASHBOARDS])
def test_settings_name_columns_that_the_question_has(company: Company, key: str) -> None:
    dashboard = next(one for one in DASHBOARDS if one.key == key)
    with psycopg.connect(company.url) as connection:
        for card in dashboard.cards:
            shown = connection.execute(_empty(dashboard.sql[card.question]).encode())
            columns = {column.name for column in shown.description or ()}
            named = [*card.settings.get("graph.dimensions", ()), *card.settings.get("graph.metrics", ())]
            named += re.findall(r'\["name","([^"]+)"\]', str(card.settings.get("column_settings", "")))
            assert set(named) <= columns, card.question


def test_the_same_money_stands_in_the_mart_and_on_the_board(company: Company) -> None:
    leakage = next(one for one in DASHBOARDS if one.key == "leakage")
    with psycopg.connect(company.url) as connection:
        board = connection.execute(_empty(leakage.sql["leakage_open_amount"]).encode()).fetchone()
        mart = connection.execute(
            "select coalesce(sum(estimated_amount), 0) from marts.fct_leakage"
            " where status = 'open' and is_counted"
        ).fetchone()
    assert board == mart
