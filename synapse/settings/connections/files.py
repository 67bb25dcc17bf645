"""Tests of what comes as files: Asterisk's logs and recordings, 1C exports."""

import io
import re
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from itertools import islice

from synapse.errors import SynapseError
from synapse.settings.connections.report import ConnectionTestError, Fact, Finding
from synapse.settings.sections import Settings
from synapse.settings.words import Bilingual
from synapse.storage import ObjectInfo, ObjectStore

_LOOKED_AT = 2000
_EXAMPLES = 5
_GROUPS = ("uniqueid", "src", "dst", "day", "time", "side")
_LOGS = {"cdr": "landing/asterisk/cdr", "master": "landing/asterisk/Master", "cel": "landing/asterisk/cel"}
_LOGS["queue_log"] = "landing/asterisk/queue_log"
LARGEST_EXPORT = 32 << 20


def try_asterisk(store: ObjectStore, settings: Settings) -> Finding:
    """Say which logs and recordings would be picked up, and what the masks read from the names."""
    logs = {name: sum(1 for _ in islice(store.list(prefix), _LOOKED_AT)) for name, prefix in _LOGS.items()}
    found = list(islice(store.list(settings.recordings.prefix), _LOOKED_AT))
    patterns = [re.compile(pattern) for pattern in settings.recordings.key_patterns]
    matched, rows = _matches(found, patterns)
    facts = (
        *(Fact(Bilingual(f"Файлов {name}", f"Files of {name}"), str(count)) for name, count in logs.items()),
        Fact(Bilingual("Записей", "Recordings"), _count(len(found))),
        Fact(Bilingual("Из них по маске", "Of them matched"), str(sum(matched.values()))),
    )
    if not found and not any(logs.values()):
        raise ConnectionTestError(
            Bilingual("Файлов Asterisk пока нет.", "There are no files of Asterisk yet."),
            Bilingual(
                f"Кладите журналы в landing/asterisk/, записи в {settings.recordings.prefix}.",
                f"Put logs into landing/asterisk/ and recordings into {settings.recordings.prefix}.",
            ),
        )
    missed = len(found) - sum(matched.values())
    if missed:
        return Finding(
            False,
            Bilingual(f"Маски не узнали {missed} записей.", f"{missed} recordings match no pattern."),
            Bilingual("Добавьте маску для их имён.", "Add a pattern for their names."),
            facts,
            ("key", *_GROUPS),
            rows,
        )
    good = Bilingual("Файлы Asterisk узнаны.", "The files of Asterisk are recognised.")
    return Finding(True, good, facts=facts, columns=("key", *_GROUPS), rows=rows)


def _count(number: int) -> str:
    return f"{number}" if number < _LOOKED_AT else f"≥ {number}"


def _matches(
    found: Iterable[ObjectInfo], patterns: list[re.Pattern[str]]
) -> tuple[Counter[int], list[list[str]]]:
    """How many keys each pattern takes, and examples: those that none takes first."""
    matched: Counter[int] = Counter()
    good: list[list[str]] = []
    bad: list[list[str]] = []
    for info in found:
        hits = ((number, pattern.search(info.key)) for number, pattern in enumerate(patterns))
        number, hit = next(((number, hit) for number, hit in hits if hit), (0, None))
        if hit is None:
            bad.append([info.key, *[""] * len(_GROUPS)])
            continue
        matched[number] += 1
        if len(good) < _EXAMPLES:
            groups = hit.groupdict()
            good.append([info.key, *(groups.get(group) or "" for group in _GROUPS)])
    return matched, (bad[:_EXAMPLES] + good)[: 2 * _EXAMPLES]


def try_onec(
    store: ObjectStore, settings: Settings, *, now: datetime, upload: tuple[str, bytes] | None = None
) -> Finding:
    """Show how a 1C export would be read: encoding, delimiter, columns, three rows, rejects.

    Args:
        store: The newest export in ``landing/1c/`` is taken from here.
        settings: With the column mapping to try.
        now: The time of the call.
        upload: Name and content of a file to try instead.
    """
    from synapse.landing.context import FileContext
    from synapse.landing.onec_receipts import preview

    name, content = upload or _newest_export(store)
    context = FileContext(key=f"landing/1c/{name.rpartition('/')[2]}", settings=settings, now=now)
    try:
        seen = preview(io.BytesIO(content), settings, context)
    except SynapseError as error:
        raise ConnectionTestError(
            Bilingual(f"{name}: это не выгрузка чеков.", f"{name}: {error.message}"),
            Bilingual(error.message, error.hint),
        ) from error
    columns = list(seen.mapping)
    facts = (
        Fact(Bilingual("Файл", "File"), name),
        Fact(Bilingual("Кодировка", "Encoding"), seen.encoding),
        Fact(Bilingual("Разделитель", "Delimiter"), {"\t": "tab"}.get(seen.delimiter, seen.delimiter) or "–"),
        Fact(Bilingual("Строка заголовка", "Header row"), str(seen.header_row)),
        *(Fact(Bilingual(column, column), header) for column, header in seen.mapping.items()),
        Fact(Bilingual("Лишние столбцы", "Unused columns"), ", ".join(seen.unused) or "–"),
        Fact(Bilingual("Будет отклонено", "Would be rejected"), str(len(seen.rejects))),
    )
    rows = [[row.get(column, "") for column in columns] for row in seen.rows]
    if not rows:
        return Finding(
            False,
            Bilingual("Ни одна строка не читается как чек.", "No row reads as a receipt."),
            Bilingual("Проверьте столбцы выгрузки.", "Look at the columns of the export."),
            facts,
        )
    good = Bilingual("Выгрузка 1С читается.", "The 1C export can be read.")
    return Finding(True, good, facts=facts, columns=columns, rows=rows)


def _newest_export(store: ObjectStore) -> tuple[str, bytes]:
    newest = max(
        islice(store.list("landing/1c/"), _LOOKED_AT), key=lambda info: info.modified_at, default=None
    )
    if newest is None:
        raise ConnectionTestError(
            Bilingual("В landing/1c/ нет выгрузок.", "There is no export in landing/1c/."),
            Bilingual("Положите туда файл или выберите его здесь.", "Put a file there, or choose one here."),
        )
    with store.open(newest.key, 0, LARGEST_EXPORT) as stream:
        return newest.key, stream.read()
