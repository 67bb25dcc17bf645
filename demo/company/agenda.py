"""The simulation's clock: journeys wake in order of time."""

import heapq
from collections.abc import Generator

Journey = Generator[int, None, None]


class Agenda:
    """A heap of sleeping journeys."""

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, Journey]] = []
        self._count = 0
        self.now = 0

    def start(self, at: int, journey: Journey) -> None:
        """Let a journey begin at a moment (not before now)."""
        self._count += 1
        heapq.heappush(self._heap, (max(at, self.now), self._count, journey))

    def run(self, until: int) -> None:
        """Wake everything that is due up to and including ``until``."""
        while self._heap and self._heap[0][0] <= until:
            self.now, _, journey = heapq.heappop(self._heap)
            wake = next(journey, None)
            if wake is not None:
                self.start(wake, journey)
