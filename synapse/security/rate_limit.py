"""How often one address may ask: a bucket of tokens that fills by itself."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class _Bucket:
    tokens: float
    at: float


class RateLimiter:
    """Token buckets by key, in this process; memory is bounded by forgetting whoever asked longest ago.

    Args:
        per_second: Tokens that come back each second.
        burst: Tokens in a full bucket.
        most_keys: How many keys are remembered.
        clock: Monotonic seconds.
    """

    def __init__(
        self,
        *,
        per_second: float,
        burst: int,
        most_keys: int = 50_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._per_second = per_second
        self._burst = float(burst)
        self._most_keys = most_keys
        self._clock = clock
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()
        self._lock = threading.Lock()

    def wait_seconds(self, key: str, cost: float = 1.0) -> float:
        """Take ``cost`` tokens of a key's bucket.

        Returns:
            0 when there were enough; else the seconds until there will be, and nothing is taken.
        """
        with self._lock:
            now = self._clock()
            bucket = self._buckets.pop(key, None) or _Bucket(self._burst, now)
            bucket.tokens = min(self._burst, bucket.tokens + (now - bucket.at) * self._per_second)
            bucket.at = now
            self._buckets[key] = bucket
            if len(self._buckets) > self._most_keys:
                self._buckets.popitem(last=False)
            if bucket.tokens >= cost:
                bucket.tokens -= cost
                return 0.0
            return (cost - bucket.tokens) / self._per_second
