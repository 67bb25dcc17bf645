"""The language in which administrators write rules; docs/rules.md is its manual.

Words in small letters are looked for in the talk, words in capitals and names with a colon are commands::

    rule    = clause { ("И" | "ИЛИ" | "НЕ") clause }
    clause  = { scope } item { ("И" | "ИЛИ" | "НЕ" | "БЕЗ") item }
    scope   = ("клиент" | "сотрудник" | ("начало" | "конец") number unit) ":"
    item    = part [ "РЯДОМ" [number] part ]
    part    = phrase | measure | "(" rule ")"
    phrase  = word { word };  word = form of a word, "exact", begin*, one/another, ?optional, ~3
    measure = ("ПАУЗА" | "ТИШИНА" | "ОДНОВРЕМЕННО" | "ПЕРЕБИВАНИЯ" | "РЕЧЬ") comparison number [unit]

A scope holds for what follows it, up to the next scope after an operator or the closing bracket. Operators of
different kinds stand together only with brackets (И and НЕ may). Each command has an English twin.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from synapse.errors import SynapseError
from synapse.settings.words import Bilingual

LONGEST = 1000
_NEAR = 5
_MOST_OPTIONAL = 3
_DEEPEST = 12

Side = Literal["agent", "client"]
Unit = Literal["seconds", "percent", "utterances"]
MeasureName = Literal["pause", "silence", "overlap", "interruptions", "talk"]
Operator = Literal["and", "or", "not", "without", "near"]

_TOKEN = re.compile(
    r"\s*(?:"
    r"(?P<scope>(?i:(?:клиент|сотрудник|client|agent)\s*:"
    r"|(?:начало|конец|first|last)\s+\d+(?:[.,]\d+)?\s*[^\W\d_%]*%?\s*:))"
    r"|(?P<command>(?:И|ИЛИ|НЕ|БЕЗ|РЯДОМ|AND|OR|NOT|WITHOUT|NEAR"
    r"|ПАУЗА|ТИШИНА|ОДНОВРЕМЕННО|ПЕРЕБИВАНИЯ|РЕЧЬ|PAUSE|SILENCE|OVERLAP|INTERRUPTIONS|TALK)\b)"
    r"|(?P<quoted>\"[^\"]*\"|«[^»]*»|“[^”]*”)"
    r"|(?P<compare>>=|<=|≥|≤|>|<)"
    r"|(?P<gap>~\d*)"
    r"|(?P<bracket>[()])"
    r"|(?P<word>\??[^\W_]+(?:-[^\W_]+)*\*?(?:/[^\W_]+(?:-[^\W_]+)*\*?)*|%)"
    r")"
)
_SCOPE = re.compile(r"(\w+)\s*(?:(\d+(?:[.,]\d+)?)\s*(.*?))?\s*:")
_UNKNOWN_SCOPE = re.compile(r"\s*(\??\w+)\s*:")
_WORD_IN_QUOTES = re.compile(r"[^\W_]+(?:-[^\W_]+)*")

_OPERATORS: dict[str, Operator] = {
    "И": "and", "ИЛИ": "or", "НЕ": "not", "БЕЗ": "without", "РЯДОМ": "near",
    "AND": "and", "OR": "or", "NOT": "not", "WITHOUT": "without", "NEAR": "near",
}  # fmt: skip
_MEASURES: dict[str, MeasureName] = {
    "ПАУЗА": "pause", "ТИШИНА": "silence", "ОДНОВРЕМЕННО": "overlap", "ПЕРЕБИВАНИЯ": "interruptions",
    "РЕЧЬ": "talk", "PAUSE": "pause", "SILENCE": "silence", "OVERLAP": "overlap",
    "INTERRUPTIONS": "interruptions", "TALK": "talk",
}  # fmt: skip
_SIDES: dict[str, Side] = {"клиент": "client", "client": "client", "сотрудник": "agent", "agent": "agent"}
_UNITS: tuple[tuple[str, Unit, float], ...] = (
    (r"%|процент\w*|percent", "percent", 0.01),
    (r"с|сек\w*|s|sec\w*", "seconds", 1),
    (r"м|мин\w*|min\w*", "seconds", 60),
    (r"реплик\w*|utterances?", "utterances", 1),
)


class ExpressionError(SynapseError):
    """A rule cannot be read.

    Attributes:
        position: Character, from 0, at which reading stopped.
        words: Where and what is wrong, in the words of the pages.
    """

    def __init__(self, position: int, message: Bilingual) -> None:
        self.position = position
        self.words = Bilingual(
            f"знак {position + 1}: {message.ru}", f"character {position + 1}: {message.en}"
        )
        super().__init__(self.words.en, hint="docs/rules.md shows how rules are written.")


@dataclass(frozen=True)
class Part:
    """A part of the conversation: ``amount`` is seconds, a share from 0 to 1, or utterances."""

    amount: float
    unit: Unit


@dataclass(frozen=True)
class Phrase:
    """Words in a row; ``pattern`` is in the language of :mod:`synapse.language.patterns`."""

    pattern: str


@dataclass(frozen=True)
class Measure:
    """What the sound of the call was like.

    Attributes:
        name: ``pause`` (one silence between utterances, s), ``silence`` and ``overlap`` (in all, s),
            ``interruptions`` (times), ``talk`` (share of a speaker, 0 to 1).
        at_least: Whether the amount must be reached (else: not reached).
        amount: The bound, which itself counts as reached.
        is_strict: Whether the bound itself does not count.
    """

    name: MeasureName
    at_least: bool
    amount: float
    is_strict: bool


@dataclass(frozen=True)
class Near:
    """Both in one utterance, in any order, with at most ``words`` words between."""

    left: "Node"
    right: "Node"
    words: int


@dataclass(frozen=True)
class Without:
    """Only in utterances that have none of ``unwanted``."""

    wanted: "Node"
    unwanted: tuple["Node", ...]


@dataclass(frozen=True)
class AnyOf:
    """Any of the parts."""

    parts: tuple["Node", ...]


@dataclass(frozen=True)
class AllOf:
    """All of the parts somewhere in the conversation, and nowhere any of ``absent``."""

    parts: tuple["Node", ...]
    absent: tuple["Node", ...] = ()


@dataclass(frozen=True)
class Scoped:
    """Only what one side says, or what is said in one part of the conversation; None does not restrict."""

    inner: "Node"
    side: Side | None = None
    first: Part | None = None
    last: Part | None = None


Node = Phrase | Measure | Near | Without | AnyOf | AllOf | Scoped


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    start: int


def parse(text: str) -> Node:
    """Read a rule.

    Raises:
        ExpressionError: It cannot be read; says where and why.
    """
    if len(text) > LONGEST:
        raise ExpressionError(
            LONGEST,
            Bilingual(f"правило длиннее {LONGEST} знаков", f"a rule has at most {LONGEST} characters"),
        )
    reader = _Reader(_tokens(text), len(text))
    node = reader.rule(depth=0)
    left = reader.peek()
    if left is not None:
        raise ExpressionError(
            left.start, Bilingual("лишняя закрывающая скобка", "a closing bracket too many")
        )
    return node


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    position = 0
    while text[position:].strip():
        match = _TOKEN.match(text, position)
        if match is None or (match.lastgroup == "word" and _UNKNOWN_SCOPE.match(text, position)):
            raise _unreadable(text, position)
        assert match.lastgroup is not None
        found.append(_Token(match.lastgroup, match[match.lastgroup], match.start(match.lastgroup)))
        position = match.end()
    return found


def _unreadable(text: str, position: int) -> ExpressionError:
    position += len(text[position:]) - len(text[position:].lstrip())
    named = _UNKNOWN_SCOPE.match(text, position)
    if named is not None:
        return ExpressionError(
            position,
            Bilingual(
                f"нет условия «{named[1]}:»; есть клиент:, сотрудник:, начало 30 с:, конец 20 %:",
                f"there is no condition “{named[1]}:”; there are client:, agent:, first 30 s:, last 20 %:",
            ),
        )
    if text[position] in '"«“':
        return ExpressionError(position, Bilingual("кавычка не закрыта", "the quotation mark is not closed"))
    sign = text[position]
    return ExpressionError(
        position, Bilingual(f"знак «{sign}» здесь ничего не значит", f"the sign “{sign}” means nothing here")
    )


class _Reader:
    """Reads tokens from left to right; each method reads one rule of the grammar."""

    def __init__(self, tokens: list[_Token], end: int) -> None:
        self._tokens = tokens
        self._end = end
        self._at = 0

    def peek(self, ahead: int = 0) -> _Token | None:
        at = self._at + ahead
        return self._tokens[at] if at < len(self._tokens) else None

    def rule(self, depth: int, side: Side | None = None) -> Node:
        if depth > _DEEPEST:
            raise self._error("слишком много скобок друг в друге", "too many brackets inside one another")
        clauses = [self._clause(depth, side)]
        operators: list[tuple[Operator, int]] = []
        while (operator := self._operator()) is not None:
            start = self._position()
            self._at += 1
            operator = self._and_not(operator)
            operators.append((operator, start))
            clauses.append(self._clause(depth, side))
        return self._joined(clauses, operators)

    def _clause(self, depth: int, side: Side | None) -> Node:
        scopes: list[Scoped] = []
        start = self._position()
        while (token := self.peek()) is not None and token.kind == "scope":
            scopes.append(_scope(token))
            side = scopes[-1].side or side
            self._at += 1
        items = [self._item(depth, side)]
        operators: list[tuple[Operator, int]] = []
        while (operator := self._operator()) is not None and not self._scope_follows():
            position = self._position()
            self._at += 1
            operator = self._and_not(operator)
            operators.append((operator, position))
            items.append(self._item(depth, side))
        node = self._joined(items, operators)
        for scope in reversed(scopes):
            if scope.side is None and any(one.name != "pause" for one in measures_in(node)):
                raise ExpressionError(
                    start,
                    Bilingual(
                        "этот показатель известен только для всего разговора: уберите начало и конец",
                        "this measure is known for the whole talk only: drop first and last",
                    ),
                )
            node = Scoped(node, scope.side, scope.first, scope.last)
        return node

    def _item(self, depth: int, side: Side | None) -> Node:
        left = self._part(depth, side)
        token = self.peek()
        if token is None or _OPERATORS.get(token.text) != "near" or token.kind != "command":
            return left
        self._at += 1
        words = _NEAR
        token = self.peek()
        if token is not None and token.kind == "word" and token.text.isdecimal():
            words = min(int(token.text), 50)
            self._at += 1
        start = self._position()
        right = self._part(depth, side)
        if measures_in(left) or measures_in(right):
            raise ExpressionError(
                start, Bilingual("рядом могут стоять только слова", "only words can be near")
            )
        return Near(left, right, words)

    def _part(self, depth: int, side: Side | None) -> Node:
        token = self.peek()
        if token is None:
            raise self._error(
                "здесь правило обрывается: нужны слова", "the rule breaks off here: words are needed"
            )
        if token.text == "(":
            self._at += 1
            inner = self.rule(depth + 1, side)
            closing = self.peek()
            if closing is None or closing.text != ")":
                raise ExpressionError(
                    token.start, Bilingual("скобка не закрыта", "the bracket is not closed")
                )
            self._at += 1
            return inner
        if token.kind == "command" and token.text in _MEASURES:
            return self._measure(token, side)
        if token.kind in ("word", "quoted", "gap"):
            return self._phrase()
        raise ExpressionError(
            token.start,
            Bilingual(f"перед «{token.text}» нужны слова", f"words are needed before “{token.text}”"),
        )

    def _measure(self, token: _Token, side: Side | None) -> Measure:
        self._at += 1
        name = _MEASURES[token.text]
        compare, number = self.peek(), self.peek(1)
        if compare is None or compare.kind != "compare" or number is None or not number.text[0].isdigit():
            raise ExpressionError(
                token.start,
                Bilingual(
                    f"после {token.text} нужно сравнение с числом, например {token.text} > 10",
                    f"{token.text} needs a comparison with a number, such as {token.text} > 10",
                ),
            )
        if name == "talk" and side is None:
            raise ExpressionError(
                token.start,
                Bilingual("скажите, чья речь: клиент: или сотрудник:", "say whose talk: client: or agent:"),
            )
        digits = re.match(r"\d+", number.text)
        assert digits is not None
        self._at += 2
        unit_text = number.text[digits.end() :]
        follows = self.peek()
        if not unit_text and follows is not None and follows.kind == "word" and _unit(follows.text):
            unit_text = follows.text
            self._at += 1
        scale = _scale(name, unit_text, number.start + digits.end())
        at_least = compare.text in (">", ">=", "≥")
        return Measure(name, at_least, int(digits[0]) * scale, compare.text in (">", "<"))

    def _phrase(self) -> Phrase:
        start = self._position()
        pieces: list[str] = []
        optional = 0
        while (token := self.peek()) is not None and token.kind in ("word", "quoted", "gap"):
            if token.kind == "gap":
                pieces.append(f"~{min(int(token.text[1:] or 3), 20)}")
            elif token.kind == "quoted":
                pieces += self._quoted(token)
            else:
                optional += token.text.startswith("?")
                pieces.append(_element(token))
            self._at += 1
        kept = [piece for piece in pieces if piece[0] not in "~?"]
        if not kept or optional > _MOST_OPTIONAL:
            raise ExpressionError(
                start,
                Bilingual(
                    "во фразе нужно хотя бы одно слово без «?», а необязательных — "
                    f"не больше {_MOST_OPTIONAL}",
                    f"a phrase needs a word that must be there, and at most {_MOST_OPTIONAL} that need not",
                ),
            )
        return Phrase(" ".join(pieces))

    def _quoted(self, token: _Token) -> list[str]:
        words = _WORD_IN_QUOTES.findall(token.text[1:-1].lower().replace("ё", "е"))
        if not words:
            raise ExpressionError(token.start, Bilingual("в кавычках пусто", "nothing stands in the quotes"))
        return [f"={word}" for word in words]

    def _operator(self) -> Operator | None:
        token = self.peek()
        if token is None or token.text == ")":
            return None
        found = _OPERATORS.get(token.text) if token.kind == "command" else None
        if found is None or found == "near":
            raise ExpressionError(
                token.start,
                Bilingual(
                    f"между частями правила нужно И, ИЛИ, НЕ или БЕЗ, а стоит «{token.text}»",
                    f"AND, OR, NOT or WITHOUT is needed between parts, not “{token.text}”",
                ),
            )
        return found

    def _and_not(self, operator: Operator) -> Operator:
        """«И НЕ» is «НЕ»."""
        token = self.peek()
        if operator == "and" and token is not None and _OPERATORS.get(token.text) == "not":
            self._at += 1
            return "not"
        return operator

    def _scope_follows(self) -> bool:
        for ahead in (1, 2):
            token = self.peek(ahead)
            if token is not None and token.kind == "scope":
                return True
            if token is None or _OPERATORS.get(token.text) != "not":
                return False
        return False

    def _joined(self, parts: list[Node], operators: list[tuple[Operator, int]]) -> Node:
        if not operators:
            return parts[0]
        kinds = {"and" if operator == "not" else operator for operator, _ in operators}
        if len(kinds) > 1:
            first = operators[0][0]
            position = next(at for kind, at in operators if {kind, first} - {"and", "not"} and kind != first)
            raise ExpressionError(
                position,
                Bilingual(
                    "разные связки рядом: поставьте скобки, например (а ИЛИ б) И в",
                    "different operators side by side: use brackets, as in (a OR b) AND c",
                ),
            )
        (kind,) = kinds
        if kind == "or":
            return AnyOf(tuple(parts))
        if kind == "without":
            return Without(parts[0], tuple(parts[1:]))
        marked = list(zip(["and", *(operator for operator, _ in operators)], parts, strict=True))
        return AllOf(
            tuple(part for operator, part in marked if operator == "and"),
            tuple(part for operator, part in marked if operator == "not"),
        )

    def _position(self) -> int:
        token = self.peek()
        return self._end if token is None else token.start

    def _error(self, ru: str, en: str) -> ExpressionError:
        return ExpressionError(self._position(), Bilingual(ru, en))


def measures_in(node: Node) -> list[Measure]:
    """Every measure in a rule."""
    return [one for one in leaves_of(node) if isinstance(one, Measure)]


def leaves_of(node: Node) -> list[Phrase | Measure]:
    """Every phrase and measure of a rule, unwanted ones included."""
    return [one for one in _all_of(node) if isinstance(one, Phrase | Measure)]


def scopes_in(node: Node) -> list[Scoped]:
    """Every scope of a rule."""
    return [one for one in _all_of(node) if isinstance(one, Scoped)]


def _all_of(node: Node) -> Iterator[Node]:
    yield node
    for part in _parts_of(node):
        yield from _all_of(part)


def _parts_of(node: Node) -> tuple[Node, ...]:
    match node:
        case Phrase() | Measure():
            return ()
        case Near(left, right, _):
            return (left, right)
        case Without(wanted, unwanted):
            return (wanted, *unwanted)
        case AnyOf(parts):
            return parts
        case AllOf(parts, absent):
            return (*parts, *absent)
        case Scoped(one):
            return (one,)


def _element(token: _Token) -> str:
    text = token.text.lower().replace("ё", "е")
    if text == "%":
        return "=%"
    mark, text = ("?", text[1:]) if text.startswith("?") else ("", text)
    words = [f"={word}" if word[0].isdigit() else word for word in text.split("/")]
    return mark + (f"({'|'.join(words)})" if len(words) > 1 else words[0])


def _scope(token: _Token) -> Scoped:
    found = _SCOPE.match(token.text.lower())
    assert found is not None
    name, amount, unit_text = found.groups()
    if name in _SIDES:
        return Scoped(Phrase(""), side=_SIDES[name])
    unit = _unit(unit_text or "")
    if unit is None:
        raise ExpressionError(
            token.start,
            Bilingual(
                f"скажите, в чём мерить: {name} {amount} с:, мин:, %: или реплик:",
                f"say in what: {name} {amount} s:, min:, %: or utterances:",
            ),
        )
    part = Part(float(amount.replace(",", ".")) * unit[1], unit[0])
    if name in ("начало", "first"):
        return Scoped(Phrase(""), first=part)
    return Scoped(Phrase(""), last=part)


def _unit(text: str) -> tuple[Unit, float] | None:
    return next((unit[1:] for unit in _UNITS if re.fullmatch(unit[0], text.strip())), None)


def _scale(name: MeasureName, unit_text: str, position: int) -> float:
    """What a measure's number is multiplied by."""
    unit = _unit(unit_text) if unit_text else None
    wanted = {"talk": "percent", "interruptions": None}.get(name, "seconds")
    is_fine = (
        not unit_text or (unit is not None and unit[0] == wanted) or (wanted is None and unit_text == "раз")
    )
    if not is_fine:
        raise ExpressionError(
            position,
            Bilingual(f"единица «{unit_text}» здесь не годится", f"the unit “{unit_text}” does not fit here"),
        )
    if name == "talk":
        return 0.01
    return unit[1] if unit else 1.0
