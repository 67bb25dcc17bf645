"""``python -m demo.company``: write the simulated company's files."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from demo.company import clock
from demo.company.generate import generate
from demo.company.options import Options
from synapse.progress import Progress, emit, reporter


def _options() -> Options:
    parser = argparse.ArgumentParser(prog="python -m demo.company", description=__doc__)
    parser.add_argument("--target", type=Path, required=True, help="folder to write into")
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--calls-per-day", type=int, default=60)
    parser.add_argument("--audio-minutes", type=float, default=30)
    parser.add_argument("--until", type=datetime.fromisoformat, help="ISO time; default: the present minute")
    given = parser.parse_args()
    until = given.until or datetime.now(UTC).replace(second=0, microsecond=0)
    return Options(
        given.target, given.days, given.seed, given.calls_per_day, given.audio_minutes, clock.epoch(until)
    )


def main() -> None:
    """Generate and report the figures."""
    stage = "The simulated company"
    figures = generate(_options(), reporter(stage))
    emit(Progress(stage, figures.days, figures.days, f"{figures.calls} calls", result=vars(figures)))


if __name__ == "__main__":
    main()
