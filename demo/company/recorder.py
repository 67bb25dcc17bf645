"""Writes finished calls into the switchboard's files and decides which of the newest are heard as audio."""

import json
from pathlib import Path
from random import Random

from demo.company import clock
from demo.company.asterisk import cdr, cel, channels, queue_log, recordings
from demo.company.calls import Call
from demo.company.options import Options
from demo.company.spool import SortedLines
from demo.company.truth import Truth

AUDIO_DAYS = 3
_BAD = 3


class Recorder:
    """Takes calls in order of their start; those of the last days wait for the choice of audio."""

    def __init__(self, options: Options, truth: Truth, rng: Random) -> None:
        folder = options.target / "landing" / "asterisk"
        self._cdr = SortedLines(folder / "cdr-custom.csv")
        self._cel = SortedLines(folder / "cel.csv")
        self._queue = SortedLines(folder / "queue_log")
        self._texts = options.target / "landing" / "transcripts"
        self._options = options
        self._truth = truth
        self._rng = rng
        self._channel = 100
        self._sequence = 1000
        self._held: list[Call] = []
        self._audio_from = clock.midnight(options.until) - (AUDIO_DAYS - 1) * clock.DAY
        self.calls = 0
        self.audio: list[Call] = []
        self.bad: list[Call] = []
        self._queue.add(options.start, f"{options.start}|NONE|NONE|NONE|QUEUESTART|")
        span = options.until - options.start
        for number, line in enumerate(cdr.broken_lines(options.start + span // 3)):
            self._cdr.add(options.start + span * (number + 1) // 6, line)
        for number in range(2):
            self._cel.add(options.start + span * (number + 2) // 5, '"CHAN_START","not a time","","","",""')

    def take(self, call: Call) -> None:
        """A call that has just been decided; one that ends too late is never written."""
        call.channel_id = self._channel
        self._channel += channels.width(call)
        if call.ended > self._options.until:
            return
        self.calls += 1
        if call.answered is not None and call.direction != "internal":
            call.recording = recordings.name(call)
        if call.started >= self._audio_from:
            self._held.append(call)
        else:
            self._write(call, has_text=True)

    def flush(self, before: int) -> None:
        """Write everything earlier than a moment."""
        before = min(before, self._audio_from)
        for file in (self._cdr, self._cel, self._queue):
            file.flush(before)

    def close(self) -> None:
        """Choose the audio, write the last days and close the files."""
        self._choose()
        chosen = {id(call) for call in self.audio + self.bad}
        for call in self._held:
            is_heard = id(call) in chosen
            if not is_heard and self._options.audio_minutes and self._rng.random() > 0.03:
                call.recording = ""
            self._write(call, has_text=not is_heard)
        for file in (self._cdr, self._cel, self._queue):
            file.close()

    def _choose(self) -> None:
        talks = [c for c in self._held if c.recording and c.dialogue is not None]
        budget = self._options.audio_minutes * 60
        if not budget or not talks:
            return
        lengths = {id(c): c.ended - c.answered for c in talks if c.answered is not None}
        share = min(1.0, budget / sum(lengths.values()))
        chosen: set[int] = set()
        credit = 0.5
        for spread in (True, False):  # evenly over the last days, then the newest until the minutes are full
            for call in reversed(talks):
                credit += share
                is_wanted = credit >= 1 or not spread
                if id(call) in chosen or not is_wanted or lengths[id(call)] > budget:
                    continue
                credit -= 1
                chosen.add(id(call))
                budget -= lengths[id(call)]
        self.audio = [call for call in talks if id(call) in chosen]
        others = [call for call in talks if id(call) not in chosen]
        self.bad = sorted(self._rng.sample(others, min(_BAD, len(others))), key=lambda call: call.started)

    def _write(self, call: Call, *, has_text: bool) -> None:
        for end, line in cdr.lines(call, self._sequence):
            self._sequence += 1
            self._cdr.add(end, line)
        for moment, line in cel.lines(call, self._rng):
            self._cel.add(moment, line)
        for at, line in queue_log.lines(call):
            self._queue.add(at, line)
        self._truth.call(call)
        if has_text and call.answered is not None and call.direction != "internal":
            self._write_text(call)

    def _write_text(self, call: Call) -> None:
        assert call.dialogue is not None
        assert call.answered is not None
        lead = call.answered - recordings.begins(call)
        segments = []
        for position, turn in enumerate(call.dialogue.turns):
            start, end = round(lead + turn.start, 2), round(lead + turn.end, 2)
            self._truth.transcript(call, position, speaker=turn.speaker, start=start, end=end, text=turn.text)
            segments.append(
                {
                    "id": position, "start": start, "end": end, "text": turn.text, "speaker": turn.speaker,
                    "avg_logprob": round(-0.1 - self._rng.random() * 0.25, 3), "no_speech_prob": 0.01,
                }
            )  # fmt: skip
        document = {
            "language": "ru", "duration": float(call.ended - recordings.begins(call)),
            "text": " ".join(turn.text for turn in call.dialogue.turns), "segments": segments,
        }  # fmt: skip
        folder = self._texts / clock.local_form(call.started, "%Y-%m-%d")
        _write_json(folder / f"{call.call_id}.json", document)


def _write_json(path: Path, document: dict[str, object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
