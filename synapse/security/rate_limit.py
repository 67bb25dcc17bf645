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

    def wait_seconds(self, key: str) -> float:
        """Take a token of a key's bucket.

        Returns:
            0 when there was one; else the seconds until there will be.
        """
        with self._lock:
            bucket = self._filled(key)
            missing = self._missing(bucket)
            if not missing:
                bucket.tokens -= 1
            return missing

    def would_wait_seconds(self, key: str) -> float:
        """The seconds until a token could be taken; takes none."""
        with self._lock:
            return self._missing(self._filled(key))

    def _filled(self, key: str) -> _Bucket:
        now = self._clock()
        bucket = self._buckets.pop(key, None) or _Bucket(self._burst, now)
        bucket.tokens = min(self._burst, bucket.tokens + (now - bucket.at) * self._per_second)
        bucket.at = now
        self._buckets[key] = bucket
        if len(self._buckets) > self._most_keys:
            self._buckets.popitem(last=False)
        return bucket

    def _missing(self, bucket: _Bucket) -> float:
        return max(0.0, (1 - bucket.tokens) / self._per_second)
