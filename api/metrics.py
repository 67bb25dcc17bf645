"""What Prometheus is told: requests of this process, and gauges read from the databases."""

import os
import threading
import time
from collections.abc import Iterable, Mapping

import sqlalchemy as sa
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from synapse.operations.gauges.reading import Readings, Where, read

_FRESH_SECONDS = 10.0
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class DatabaseGauges(Collector):
    """Gauges of the databases, read at most every ten seconds however many ask.

    Args:
        engines: Databases by name.
    """

    def __init__(self, engines: Mapping[Where, sa.Engine]) -> None:
        self._engines = engines
        self._lock = threading.Lock()
        self._read_at = float("-inf")
        self._readings = Readings()

    def describe(self) -> Iterable[Metric]:
        """Nothing: a registry would otherwise ask the databases when the process starts."""
        return []

    def collect(self) -> Iterable[Metric]:
        """Yield every gauge that has a value."""
        with self._lock:
            if time.monotonic() - self._read_at > _FRESH_SECONDS:
                self._readings = read(self._engines)
                self._read_at = time.monotonic()
            readings = self._readings
        families: dict[str, GaugeMetricFamily] = {}
        for reading in readings.values:
            gauge = reading.gauge
            family = families.setdefault(
                gauge.name, GaugeMetricFamily(gauge.name, gauge.help, labels=list(reading.labels))
            )
            family.add_metric(list(reading.labels.values()), reading.value)
        up = GaugeMetricFamily("synapse_database_up", "Whether the database answers", labels=["database"])
        for where, reached in readings.reached.items():
            up.add_metric([where], float(reached))
        return [up, *families.values()]


class Metrics:
    """The figures of one process.

    Attributes:
        registry: What is told.
        known_keys: Hashes of the keys that were let in.

    Args:
        warehouse: Engine of the warehouse.
        dagster: Engine of Dagster's database; None where it is not known.
    """

    def __init__(self, warehouse: sa.Engine, dagster: sa.Engine | None) -> None:
        self.registry = CollectorRegistry(auto_describe=False)
        self.known_keys: set[str] = set()
        self._requests = Counter(
            "synapse_http_requests", "Requests", ["method", "route", "status"], registry=self.registry
        )
        self._seconds = Histogram(
            "synapse_http_request_seconds",
            "How long requests took",
            ["route"],
            buckets=_BUCKETS,
            registry=self.registry,
        )
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        engines: dict[Where, sa.Engine] = {"warehouse": warehouse}
        if dagster is not None:
            engines["dagster"] = dagster
        self.registry.register(DatabaseGauges(engines))

    def note(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request; ``route`` is the template, never the path."""
        known = method if method in {"GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"} else "other"
        self._requests.labels(known, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)


def dagster_engine() -> sa.Engine | None:
    """Engine of Dagster's database where the process knows its address; it keeps one connection at most."""
    url = os.environ.get("SYNAPSE_DAGSTER_DATABASE_URL", "")
    if not url:
        return None
    return sa.create_engine(
        "postgresql+psycopg://" + url.partition("://")[2],
        pool_size=1,
        max_overflow=0,
        pool_pre_ping=True,
        connect_args={"connect_timeout": 3, "application_name": "synapse metrics"},
    )
