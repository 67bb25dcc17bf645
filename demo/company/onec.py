"""1C exports: a month a file, cp1251 with semicolons; the first and third with a row for each item sold, the
second a workbook, the last one exported with mistakes and once more corrected.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random

from demo.company import clock, workbook
from demo.company.people import Person, spell_by_hand
from demo.company.truth import Truth

_HEADERS = (
    "Номер", "Дата", "Контрагент", "Телефон", "Эл. почта", "Код контрагента", "Сумма", "Валюта",
    "Вид операции", "Магазин", "Менеджер", "Документ-основание", "Комментарий",
)  # fmt: skip
_KINDS = {"sale": "Реализация", "return": "Возврат от покупателя", "advance": "Предоплата"}
_ITEMS = (
    ("Окно ПВХ двухстворчатое", 60), ("Монтаж окна", 25), ("Подоконник", 10), ("Отлив", 5),
)  # fmt: skip
_SHOPS = ("Салон на Ленина", "Салон на Мира", "Офис")


@dataclass(slots=True)
class Receipt:
    """One document of 1C; ``amount`` in kopecks, negative for a return."""

    number: str
    issued_at: int
    kind: str
    amount: int
    fields: list[str]


class Books:
    """Collects a month's receipts and writes the export when the month is over."""

    def __init__(self, folder: Path, truth: Truth, rng: Random) -> None:
        self._folder = folder
        self._truth = truth
        self._rng = rng
        self._month: list[Receipt] = []
        self._count = 0
        self._months = 0
        folder.mkdir(parents=True, exist_ok=True)

    def add(
        self,
        person: Person,
        at: int,
        kind: str,
        amount: int,
        manager: str,
        *,
        base: str = "",
        enquiry: str = "",
    ) -> str:
        """Write down a receipt; returns its number.

        Args:
            person: Who paid.
            at: Epoch; must not lie before the last flushed month.
            kind: sale, return or advance.
            amount: Kopecks; negative for a return.
            manager: Agent's name.
            base: Number of the sale or advance that this one follows.
            enquiry: The call or chat that led to it, empty for none.
        """
        rng = self._rng
        self._count += 1
        number = f"ТД00-{self._count:06d}"
        if not person.code and rng.random() < 0.8:
            person.code = f"К-{int(person.person_id[1:]):05d}"
            self._truth.is_somebody(person, "code", person.code)
        seen = [("code", person.code)] if person.code else []
        phone, comment = self._phone(person)
        if phone or comment:
            seen.append(("phone", person.phone))
        shown = spell_by_hand(person.phone, rng) if phone else ""
        note = f"{comment} {spell_by_hand(person.phone, rng)}".strip() if comment else ""
        if len(person.phones) > 1 and (phone or comment):
            note = f"{note} доп. тел. {spell_by_hand(person.phones[1], rng)}".strip()
            seen.append(("phone", person.phones[1]))
        email = person.email if rng.random() < 0.2 else ""
        if email:
            seen.append(("email", email))
            self._truth.is_somebody(person, "email", email)
        self._truth.links.join(*seen)
        for what, value in seen:
            if what == "phone":
                self._truth.is_somebody(person, what, value)
        fields = [
            number, clock.local_form(at, "%d.%m.%Y %H:%M:%S"), person.full_name, shown, email, person.code,
            money(amount), "RUB", _KINDS[kind], rng.choice(_SHOPS), manager, base, note,
        ]  # fmt: skip
        self._month.append(Receipt(number, at, kind, amount, fields))
        self._truth.receipt(number, at, kind=kind, amount=amount, person=person, enquiry=enquiry)
        return number

    def _phone(self, person: Person) -> tuple[bool, str]:
        """Whether the phone stands in its column, or the words before it in the comment."""
        roll = self._rng.random()
        if roll < 0.74:
            return True, ""
        if roll < 0.9:
            return False, self._rng.choice(("тел.", "звонить", "конт. тел", "моб"))
        return False, ""

    def close_month(self, moment: int, *, last: bool = False) -> None:
        """Write the export of the month that holds ``moment``."""
        month = clock.local_form(moment, "%Y-%m")
        name = f"Реализация_{month}"
        self._month.sort(key=lambda receipt: (receipt.issued_at, receipt.number))
        if self._months in (0, 2) and not last:
            self._write_items(self._folder / f"{name}.csv", month)
        elif self._months == 1 and not last:
            self._write_workbook(self._folder / f"{name}.xlsx", month)
        elif last and self._month:
            self._write_csv(self._folder / f"{name}.csv", month, self._with_mistakes())
            self._write_csv(self._folder / f"{name}_исправленная.csv", month, self._month)
        else:
            self._write_csv(self._folder / f"{name}.csv", month, self._month)
        self._months += 1
        self._month = []

    def _with_mistakes(self) -> list[Receipt]:
        """The first export of the last month: some sums mistyped, the newest receipts not yet there."""
        wrong = []
        kept = self._month[: max(1, len(self._month) - len(self._month) // 12)]
        for number, receipt in enumerate(kept):
            fields = list(receipt.fields)
            if number % 17 == 5:
                fields[6] = money(receipt.amount * 10)
            wrong.append(Receipt(receipt.number, receipt.issued_at, receipt.kind, receipt.amount, fields))
        return wrong

    def _write_csv(self, path: Path, month: str, receipts: Sequence[Receipt]) -> None:
        total = sum(_amount(receipt) for receipt in receipts)
        _write_report(path, month, _HEADERS, [receipt.fields for receipt in receipts], total)

    def _write_items(self, path: Path, month: str) -> None:
        """A row for each item: the receipt's fields again and again, its amount in parts."""
        rows = [
            [*receipt.fields[:6], money(part), *receipt.fields[7:], item, "1", money(abs(part))]
            for receipt in self._month
            for item, part in _items(receipt)
        ]
        headers = (*_HEADERS, "Номенклатура", "Количество", "Цена")
        _write_report(path, month, headers, rows, sum(receipt.amount for receipt in self._month))

    def _write_workbook(self, path: Path, month: str) -> None:
        from openpyxl import Workbook

        book = Workbook()
        book.properties.creator = "1C"
        book.properties.created = book.properties.modified = datetime(2020, 1, 1)  # noqa: DTZ001
        sheet = book.active
        assert sheet is not None
        sheet.title = "Реализация"
        sheet.append(["Отчёт: Реализация и оплаты"])
        sheet.append(["Период", month])
        sheet.append([])
        sheet.append(list(_HEADERS))
        for receipt in self._month:
            row: list[object] = list(receipt.fields)
            row[1] = datetime.strptime(receipt.fields[1], "%d.%m.%Y %H:%M:%S")  # noqa: DTZ007
            row[6] = receipt.amount / 100
            sheet.append(row)
        sheet.append(["Итого", None, None, None, None, None, sum(r.amount for r in self._month) / 100])
        workbook.save(book, path)


def _items(receipt: Receipt) -> list[tuple[str, int]]:
    """The receipt's amount in one to four parts, by its number; an advance is for the order as a whole."""
    if receipt.kind == "advance":
        return [("Аванс по заказу", receipt.amount)]
    taken = _ITEMS[: 1 + int(receipt.number[-2:]) % len(_ITEMS)]
    shares = sum(share for _, share in taken)
    parts = [(name, receipt.amount * share // shares) for name, share in taken[1:]]
    return [(taken[0][0], receipt.amount - sum(part for _, part in parts)), *parts]


def _write_report(
    path: Path, month: str, headers: Sequence[str], rows: Sequence[Sequence[str]], total: int
) -> None:
    width = len(headers)
    lines = [
        "Отчёт: Реализация и оплаты" + ";" * (width - 1),
        f"Организация: ООО Тёплый дом;Период: {month}" + ";" * (width - 2),
        "",
        ";".join(headers),
        *(";".join(_cell(field) for field in row) for row in rows),
        ";".join(["Итого", "", "", "", "", "", money(total)] + [""] * (width - 7)),
    ]
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode("cp1251"))


def _amount(receipt: Receipt) -> int:
    digits = receipt.fields[6].replace("\xa0", "").replace(",", "")
    return int(digits)


def _cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if ";" in text or '"' in text else text


def money(kopecks: int) -> str:
    """``-12 500,50`` with no-break spaces, as 1C shows sums."""
    sign = "-" if kopecks < 0 else ""
    return f"{sign}{abs(kopecks) // 100:,}".replace(",", "\xa0") + f",{abs(kopecks) % 100:02d}"
