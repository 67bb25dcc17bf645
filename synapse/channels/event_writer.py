"""Group commit of web events, with a spool for the time when Postgres is away.

While one transaction commits, what arrives meanwhile gathers and becomes the next one: a lone request waits
for nobody, and under load one commit serves many requests.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg
import structlog

from synapse.channels.event_store import Parcel, read_records, store_parcels
from synapse.channels.spool import Spool
from synapse.errors import SynapseError

GROUP_ROWS = 4000
MAX_WAITING_ROWS = 100_000
GROUP_RECORDS = 500
STORE_SECONDS = 3.0
DRAIN_SECONDS = 30.0
RETRY_SECONDS = 1.0
_log = structlog.get_logger(__name__)


class OverloadedError(SynapseError):
    """More events wait than may."""


class EventWriter:
    """Makes events durable: in Postgres or, when it is away, in a spool that drains by itself.

    Args:
        conninfo: ``postgresql://…`` of the warehouse.
        spool_folder: Folder of the spool.

    Every method is called from one event loop.
    """

    def __init__(self, conninfo: str, spool_folder: Path, *, retry_seconds: float = RETRY_SECONDS) -> None:
        self._conninfo = conninfo
        self._spool = Spool(spool_folder)
        self._retry_seconds = retry_seconds
        self._waiting: deque[tuple[Parcel, asyncio.Future[None]]] = deque()
        self._waiting_rows = 0
        self._arrived = asyncio.Event()
        self._away = asyncio.Event()
        self._turn = asyncio.Lock()
        self._connection: psycopg.AsyncConnection[Any] | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._stopping = False

    @property
    def is_spooling(self) -> bool:
        """Whether events go to the spool at the moment."""
        return self._away.is_set()

    async def start(self) -> None:
        """Begin to write; what an earlier process left in the spool is drained first."""
        if not self._spool.is_empty():
            self._away.set()
        self._tasks = [asyncio.create_task(self._write()), asyncio.create_task(self._drain())]

    async def stop(self) -> None:
        """Write what waits, then let go of the connection."""
        self._stopping = True
        self._arrived.set()
        writing, draining = self._tasks
        await writing
        draining.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await draining
        self._spool.rotate()
        await self._disconnect()

    async def store(self, parcel: Parcel) -> None:
        """Return once the parcel is durable.

        Raises:
            OverloadedError: Too much waits already; the sender should try again later.
            SpoolError: Postgres is away and the spool cannot be written either.
        """
        if parcel.count == 0:
            return
        if self._stopping or self._waiting_rows + parcel.count > MAX_WAITING_ROWS:
            raise OverloadedError("Too many events wait to be stored.", hint="Send them again in a minute.")
        durable: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((parcel, durable))
        self._waiting_rows += parcel.count
        self._arrived.set()
        await durable

    async def _write(self) -> None:
        while True:
            await self._arrived.wait()
            async with self._turn:
                group = self._take_group()
                if group:
                    await self._make_durable(group)
            if not self._waiting:
                if self._stopping:
                    return
                self._arrived.clear()

    def _take_group(self) -> list[tuple[Parcel, asyncio.Future[None]]]:
        group: list[tuple[Parcel, asyncio.Future[None]]] = []
        rows = 0
        while self._waiting and (not group or rows + self._waiting[0][0].count <= GROUP_ROWS):
            group.append(self._waiting.popleft())
            rows += group[-1][0].count
        self._waiting_rows -= rows
        return group

    async def _make_durable(self, group: list[tuple[Parcel, asyncio.Future[None]]]) -> None:
        parcels = [parcel for parcel, _ in group]
        try:
            if self._away.is_set() or not await self._stored(parcels):
                await asyncio.to_thread(self._spool.append, [parcel.record() for parcel in parcels])
        except SynapseError as error:
            _log.error(
                "events_not_durable", rows=sum(parcel.count for parcel in parcels), reason=error.message
            )
            for _, durable in group:
                if not durable.done():
                    durable.set_exception(error)
            return
        for _, durable in group:
            if not durable.done():  # the client may have gone
                durable.set_result(None)

    async def _stored(self, parcels: Sequence[Parcel]) -> bool:
        """Store in Postgres; False if it is away, and from then on until drained."""
        try:
            async with asyncio.timeout(STORE_SECONDS):
                await store_parcels(await self._connected(), parcels)
        except (psycopg.Error, OSError, TimeoutError) as error:
            _log.warning("database_away_spooling", error=type(error).__name__)
            await self._disconnect()
            self._away.set()
            return False
        return True

    async def _drain(self) -> None:
        """Bring spooled records to Postgres, oldest first; afterwards write directly again."""
        while True:
            await self._away.wait()
            try:
                while await self._drain_segment():
                    pass
                async with self._turn:  # nobody appends now: take the rest and switch over
                    self._spool.rotate()
                    while await self._drain_segment():
                        pass
                    self._away.clear()
                _log.info("spool_drained")
            except (psycopg.Error, OSError, TimeoutError) as error:
                _log.info("database_still_away", error=type(error).__name__, bytes=self._spool.size_bytes())
                await self._disconnect()
                await asyncio.sleep(self._retry_seconds)

    async def _drain_segment(self) -> bool:
        connection = await self._connected()
        with self._spool.oldest() as segment:
            if segment is None:
                return False
            parcels, unreadable = read_records(segment.records)
            for first in range(0, len(parcels), GROUP_RECORDS):
                async with asyncio.timeout(DRAIN_SECONDS):
                    await store_parcels(connection, parcels[first : first + GROUP_RECORDS])
            self._spool.remove(segment, keep_aside=segment.damaged or unreadable > 0)
        return True

    async def _connected(self) -> psycopg.AsyncConnection[Any]:
        if self._connection is None or self._connection.closed:
            self._connection = await psycopg.AsyncConnection.connect(
                self._conninfo,
                autocommit=True,
                connect_timeout=3,
                application_name="synapse-events",
                options="-c timezone=UTC -c synchronous_commit=on",
            )
        return self._connection

    async def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(psycopg.Error, OSError):
                await connection.close()
