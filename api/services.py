"""What lives as long as the process: the event writer, the known sites, partitions kept ahead of time."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa
import structlog

from synapse.channels.event_writer import EventWriter
from synapse.channels.sites import SiteDirectory
from synapse.database.partitions import coming_days, ensure_partitions
from synapse.environment import Environment

SITES_EVERY_SECONDS = 5.0
PARTITIONS_EVERY_SECONDS = 3600.0
_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class EventServices:
    """What ``POST /events`` works with."""

    writer: EventWriter
    sites: SiteDirectory


@asynccontextmanager
async def event_services(environment: Environment, engine: sa.Engine) -> AsyncIterator[EventServices]:
    """Run the writer and its helpers inside the block; on leaving, what waits is made durable."""
    spool = environment.home_path / "spool"
    writer = EventWriter(environment.warehouse_url.replace("postgresql+psycopg://", "postgresql://"), spool)
    sites = SiteDirectory(engine, spool / "sites.json")
    async with AsyncExitStack() as stack:
        await writer.start()
        stack.push_async_callback(writer.stop)

        async def read_sites() -> None:
            await asyncio.to_thread(sites.refresh)

        async def make_partitions() -> None:
            await asyncio.to_thread(_make_partitions, engine)

        await read_sites()
        for work, seconds in ((read_sites, SITES_EVERY_SECONDS), (make_partitions, PARTITIONS_EVERY_SECONDS)):
            task = asyncio.create_task(_every(seconds, work))
            stack.push_async_callback(_cancel, task)
        yield EventServices(writer, sites)


def _make_partitions(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        ensure_partitions(connection, coming_days(datetime.now(UTC)))


async def _every(seconds: float, work: Callable[[], Awaitable[None]]) -> None:
    while True:
        pause = seconds
        try:
            await work()
        except sa.exc.DBAPIError as error:
            _log.warning("background_work_waits", work=work.__name__, error=type(error).__name__)
            pause = min(seconds, 60.0)
        await asyncio.sleep(pause)


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
