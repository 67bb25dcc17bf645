"""All labels of conversations by rules, on one core, tokenising included."""

import random
import time
from datetime import UTC, datetime, timedelta

from demo.phrases import AGENT, CLIENT, fill
from synapse.language.conversation import Conversation, Utterance
from synapse.language.insight import understand
from synapse.language.rules import rule_book
from synapse.language.working_time import WorkingTime
from synapse.settings.sections import Calendar

TITLE = "rules over transcripts, one core"
GOAL = "≥ 5,000 segments/s"

_CONVERSATIONS = 2_500
_SEGMENTS = 16


def run() -> str:
    """Label conversations of random sentences, none of which was seen before; CPU time of this process."""
    rng = random.Random(11)
    conversations = [_conversation(rng) for _ in range(_CONVERSATIONS)]
    rules, hours = rule_book(), WorkingTime.of(Calendar())
    understand(conversations[0], rules, hours)  # the dictionary is loaded once per process
    began = time.process_time()
    for conversation in conversations:
        understand(conversation, rules, hours)
    seconds = time.process_time() - began
    segments = _CONVERSATIONS * _SEGMENTS
    return f"{segments / seconds:,.0f} segments/s ({segments:,} in {seconds:.1f} s)"


def _conversation(rng: random.Random) -> Conversation:
    started_at = datetime(2026, 3, 10, 7, tzinfo=UTC)
    utterances = []
    for position in range(_SEGMENTS):
        side, book = ("agent", AGENT) if position % 2 == 0 else ("client", CLIENT)
        template = rng.choice(rng.choice(list(book.values())))
        said_at = started_at + timedelta(seconds=5 * position)
        utterances.append(Utterance(position, side, fill(template, rng), said_at))  # type: ignore[arg-type]
    return Conversation(utterances)
