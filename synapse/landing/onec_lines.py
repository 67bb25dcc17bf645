"""1C exports with a row for each item sold: rows of one document are one receipt."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

import orjson

from synapse.landing.onec_table import Shape, normal
from synapse.landing.onec_values import read_kind

ITEM_COLUMNS = {"item_name": "name", "item_quantity": "quantity", "item_price": "price"}
# Headers that say that every row repeats the whole document's amount.
_AMOUNTS_OF_DOCUMENTS = {"сумма чека", "сумма документа", "итого по документу", "итого по чеку"}


def has_item_rows(shape: Shape) -> bool:
    """Whether a row is one item, and its amount a part of the receipt's."""
    amount = normal(shape.headers[shape.columns["amount"]])
    return "item_name" in shape.columns and amount not in _AMOUNTS_OF_DOCUMENTS


def item_places(shape: Shape) -> dict[str, int]:
    """Key of an item's part → place of its cell."""
    return {part: shape.columns[name] for name, part in ITEM_COLUMNS.items() if name in shape.columns}


def one_item(cells: Sequence[str], places: Mapping[str, int], amount: str) -> str:
    """An item as ``[{"name", "quantity", "price", "amount"}]``, as it is written in the file."""
    parts = {part: cells[place].strip() for part, place in places.items() if cells[place].strip()}
    return orjson.dumps([{**parts, "amount": amount}]).decode()


def signed_item(kind_text: str, amount: str) -> tuple[str, str, str]:
    """Kind, signed amount and an unknown kind's words, as for a receipt.

    A negative item of a sale is a discount, not a return.
    """
    kind = read_kind(kind_text)
    if kind == "return":
        return kind, amount if amount.startswith("-") else f"-{amount}", ""
    return kind or "sale", amount, "" if kind else kind_text


def add_up(
    rows: Sequence[Sequence[str]], columns: Sequence[str], key: Sequence[str]
) -> list[Sequence[object]]:
    """Make one row of the rows with the same key: amounts added, items listed, else the first word.

    Args:
        rows: Rows of one piece of a file, each with one item in ``lines``.
        columns: Names of their columns.
        key: Names of those that tell receipts apart.
    """
    key_places = [columns.index(name) for name in key]
    amount, kind, lines = (columns.index(name) for name in ("amount", "kind", "lines"))
    documents: dict[tuple[str, ...], list[str]] = {}
    for row in rows:
        of = tuple(row[place] for place in key_places)
        found = documents.get(of)
        if found is None:
            documents[of] = list(row)
            continue
        total = str(Decimal(found[amount]) + Decimal(row[amount]))
        items = f"{found[lines][:-1]},{row[lines][1:]}"
        found[:] = [old or new for old, new in zip(found, row, strict=True)]
        found[amount], found[lines] = total, items
    for document in documents.values():
        if document[kind] == "sale" and document[amount].startswith("-"):
            document[kind] = "return"
    return list(documents.values())
