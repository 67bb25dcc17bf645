"""How much happens when: weekdays, hours, and the shares of each kind of journey."""

from collections.abc import Callable
from random import Random

from demo.company import clock
from demo.company.agenda import Journey
from demo.company.journeys import others, prospects
from demo.company.world import World

_WEEKDAYS = (1.12, 1.04, 1.0, 0.97, 0.92, 0.55, 0.16)
_HOURS = (
    0.15, 0.1, 0.08, 0.06, 0.06, 0.12, 0.3, 0.7, 2.2, 6.0, 8.6, 9.4,
    8.2, 7.0, 7.2, 7.6, 8.4, 8.8, 7.4, 5.2, 2.2, 1.3, 0.6, 0.3,
)  # fmt: skip
_SHARES: tuple[tuple[Callable[[World], Journey], float], ...] = (
    (prospects.prospect, 0.375),
    (others.client, 0.105),
    (others.nuisance, 0.055),
    (others.supplier, 0.03),
    (others.writer, 0.03),
    (others.walk_in, 0.02),
    (others.stranger, 0.9),
    (others.crawler, 0.12),
)
_OFFICE: tuple[tuple[Callable[[World], Journey], float], ...] = ((others.colleague, 0.06),)
"""Kind → mean number a working day for each call a day that was asked for."""


def plan_day(world: World, day: int, calls_per_day: int) -> None:
    """Start the journeys of a day that begins at local midnight ``day``."""
    factor = _WEEKDAYS[clock.weekday(day)]
    for kind, share in _SHARES:
        for _ in range(_poisson(world.rng, share * calls_per_day * factor)):
            world.agenda.start(day + _moment(world.rng), kind(world))
    for kind, share in _OFFICE:
        for _ in range(_poisson(world.rng, share * calls_per_day * factor)):
            at = day + _moment(world.rng)
            if clock.is_open(at):
                world.agenda.start(at, kind(world))


def _moment(rng: Random) -> int:
    hour = rng.choices(range(24), _HOURS)[0]
    return hour * clock.HOUR + rng.randrange(clock.HOUR)


def _poisson(rng: Random, mean: float) -> int:
    """A whole number around the mean (normal approximation; means below 1 by chance of one)."""
    if mean < 1:
        return int(rng.random() < mean)
    return max(0, round(rng.gauss(mean, mean**0.5)))
