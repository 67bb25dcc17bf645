"""The search over a million conversations: what the list of conversations asks of Postgres, warm."""

import os
import random
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import psycopg
import pymorphy3
import sqlalchemy as sa

from synapse.conversations.filter import ConversationFilter
from synapse.conversations.listing import count_conversations, list_conversations
from synapse.database.engine import engine_for
from synapse.database.migrate import migrate
from synapse.embedded.postgres import EmbeddedPostgres
from synapse.language.words import fold
from synapse.reports.marts import marts
from synapse.security.masking import Masking
from synapse.security.roles import Role

TITLE = "Search over a million conversations, list and count, p95"
GOAL = "≤ 100 ms"
CONVERSATIONS = int(os.environ.get("SYNAPSE_BENCH_CONVERSATIONS", "1000000"))
_FILL = Path(__file__).with_name("search_fill.sql")
_VOCABULARY = 30_000
_SEGMENTS, _WORDS = 6, 10
_QUERIES = 40
_CHUNK = 20_000
# What a company really talks about stands in very many conversations.
_COMMON = ["окно", "замер", "доставка", "цена", "монтаж", "договор", "заказ", "скидка", "дверь", "балкон"]


def run() -> str:
    """Fill a database, then time searches of each kind."""
    rng = random.Random(5)
    with tempfile.TemporaryDirectory(prefix="synapse-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # Postgres may run as another user
        with EmbeddedPostgres(folder / "postgres") as server:
            server.ensure_database("bench")
            engine = engine_for(server.url("bench").replace("postgresql://", "postgresql+psycopg://"))
            migrate(engine)
            began = time.monotonic()
            words = _vocabulary(rng)
            spoken = _fill(engine, server.url("bench"), words)
            filled = time.monotonic() - began
            measured = _measure(engine, _searches(rng, words, spoken))
            engine.dispose()
    every = sorted(one for times in measured.values() for one in times)
    kinds = ", ".join(f"{kind} {_p95(sorted(times)):.0f}" for kind, times in measured.items())
    return f"{_p95(every):.0f} ms ({kinds}; {CONVERSATIONS:,} made in {filled / 60:.1f} min)"


def _p95(times: list[float]) -> float:
    return 1000 * times[int(0.95 * (len(times) - 1))]


def _vocabulary(rng: random.Random) -> list[str]:
    """Russian words in a random order behind the company's own."""
    analyser = pymorphy3.MorphAnalyzer(lang="ru")
    found: set[str] = set()
    for letter in "абвгдежзиклмнопрстуфхцчшэюя":
        for first in "аеиоуыярлнт":
            for word in islice(analyser.dictionary.words.iterkeys(letter + first), 0, 20_000, 40):
                if word.isalpha() and len(word) > 3:
                    found.add(fold(word))
    others = sorted(found)
    rng.shuffle(others)
    return [*_COMMON, *others[:_VOCABULARY]]


def _texts(words: list[str]) -> Iterator[list[str]]:
    """Utterances of ``_CHUNK`` conversations at a time; the frequency of words falls as in real talk."""
    dice = np.random.default_rng(5)
    named = np.array(words, dtype=object)
    for start in range(0, CONVERSATIONS, _CHUNK):
        count = min(_CHUNK, CONVERSATIONS - start) * _SEGMENTS
        chosen = named[(len(words) * dice.random((count, _WORDS)) ** 4).astype(int)]
        yield [" ".join(row) for row in chosen]


def _fill(engine: sa.Engine, url: str, words: list[str]) -> list[str]:
    """Write conversations as their importers would, indexes last; returns some utterances."""
    kept: list[str] = []
    number = 0
    with psycopg.connect(url) as connection:
        connection.execute("set session_replication_role = replica")  # the recordings do not matter here
        connection.execute("create unlogged table public.said (id bigint, position int, text text)")
        with connection.cursor().copy("copy public.said from stdin") as copy:
            for texts in _texts(words):
                lines = (
                    f"{number + at // _SEGMENTS + 1}\t{at % _SEGMENTS}\t{text}\n"
                    for at, text in enumerate(texts)
                )
                copy.write("".join(lines))
                kept += texts[:4]
                number += len(texts) // _SEGMENTS
        connection.commit()
    with engine.begin() as connection:
        connection.execute(sa.text("create schema if not exists marts"))
        marts.create_all(connection)
    with psycopg.connect(url, autocommit=True) as connection:
        for command in _FILL.read_text(encoding="utf-8").split(";\n"):
            if command.strip():
                connection.execute(command.encode())
    return kept


def _searches(rng: random.Random, words: list[str], spoken: list[str]) -> dict[str, list[ConversationFilter]]:
    """Searches of each kind, over common and rare words alike."""

    def word() -> str:
        return words[int(len(words) * rng.random() ** rng.choice((1, 2, 4)))]

    def typo() -> str:
        given = max((word() for _ in range(4)), key=len)
        at = rng.randrange(1, len(given) - 2)
        return given[:at] + given[at + 1] + given[at] + given[at + 2 :]

    def phrase() -> str:
        said = rng.choice(spoken).split()
        at = rng.randrange(len(said) - 1)
        return f'"{said[at]} {said[at + 1]}"'

    kinds: dict[str, Callable[[], ConversationFilter]] = {
        "common word": lambda: ConversationFilter(text=rng.choice(_COMMON)),
        "word": lambda: ConversationFilter(text=word()),
        "two words": lambda: ConversationFilter(text=f"{word()} {word()}"),
        "phrase": lambda: ConversationFilter(text=phrase()),
        "beginning": lambda: ConversationFilter(text=word()[:5] + "*"),
        "mistyped": lambda: ConversationFilter(text=typo()),
        "with filters": lambda: ConversationFilter(
            text=word(), agent_id=str(rng.randrange(100, 120)), topic=rng.choice(("price", "windows"))
        ),
    }
    return {kind: [make() for _ in range(_QUERIES)] for kind, make in kinds.items()}


def _measure(engine: sa.Engine, searches: dict[str, list[ConversationFilter]]) -> dict[str, list[float]]:
    times: dict[str, list[float]] = defaultdict(list)
    masking = Masking.of(Role.ADMIN)
    with engine.connect() as connection:
        for is_measured in (False, True):  # once to warm the caches of Postgres
            for kind, filters in searches.items():
                for chosen in filters:
                    began = time.perf_counter()
                    prepared = chosen.prepared(connection)
                    list_conversations(connection, prepared, masking=masking)
                    count_conversations(connection, prepared)
                    if is_measured:
                        times[kind].append(time.perf_counter() - began)
    return times
