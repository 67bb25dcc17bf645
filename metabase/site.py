"""One Metabase and the definitions: the warehouse's connection, the collection, cards, dashboards, rights."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from metabase import bodies
from metabase.client import Metabase, MetabaseError
from metabase.definitions import Card, Dashboard
from metabase.plan import Step, card_step, dashboard_step

DATABASE = "Synapse"
COLLECTION = "Synapse"
READERS, ANALYSTS = "Synapse: читатели", "Synapse: аналитики"
ALL_USERS = 1
SYNC_SECONDS = 180


@dataclass(frozen=True)
class DatabaseAccess:
    """How Metabase reaches the warehouse: as a role that reads schema ``bi`` and nothing else."""

    host: str
    port: int
    name: str
    user: str
    password: str = field(repr=False)


class Site:
    """A Metabase that is to follow the definitions.

    Args:
        server: Signed in as an administrator.
        dashboards: The definitions.
    """

    def __init__(self, server: Metabase, dashboards: Sequence[Dashboard]) -> None:
        self._server = server
        self._dashboards = dashboards

    def connect(self, access: DatabaseAccess) -> None:
        """Make or correct the connection to the warehouse and have Metabase look at its tables."""
        details = {
            "host": access.host,
            "port": access.port,
            "dbname": access.name,
            "user": access.user,
            "password": access.password,
            "ssl": False,
            "schema-filters-type": "inclusion",
            "schema-filters-patterns": "bi",
        }
        body = {"name": DATABASE, "engine": "postgres", "details": details}
        database = self._database()
        if database is None:
            database = self._server.post("/api/database", {**body, "is_full_sync": True})["id"]
        else:
            self._server.put(f"/api/database/{database}", body)
        self._server.post(f"/api/database/{database}/sync_schema", {})

    def plan(self) -> list[Step]:
        """What would be done, without doing it."""
        collection = self._collection()
        cards = self._cards(collection)
        ids = self._ids(cards)
        steps = [
            card_step(dashboard, card, cards.get(card.question)) for dashboard, card in self._all_cards()
        ]
        found = self._present_dashboards(collection)
        steps += [dashboard_step(one, ids, found.get(one.key)) for one in self._dashboards]
        return [*steps, *self._retired(cards, found)]

    def apply(self, *, overwrite: bool = False, archive: bool = False) -> list[Step]:
        """Make and change what the files define.

        Args:
            overwrite: Also what people changed since.
            archive: Archive what the files no longer define.

        Returns:
            What was done; ``drifted`` and ``retired`` objects are as they were unless asked for.
        """
        database = self._database()
        if database is None:
            raise MetabaseError("The warehouse is not connected.", hint="`apply` connects it.")
        fields = self._wait_for_fields(database)
        collection = self._collection() or self._make_collection()
        self._give_rights(database, collection)
        may_change = {"update", "drifted"} if overwrite else {"update"}
        cards = self._cards(collection)
        steps: list[Step] = []
        for dashboard, card in self._all_cards():
            step = card_step(dashboard, card, cards.get(card.question))
            body = bodies.card_body(dashboard, card, database=database, fields=fields, collection=collection)
            if step.action == "create":
                cards[card.question] = self._server.post("/api/card", body)
            elif step.action in may_change:
                del body["entity_id"]
                cards[card.question] = self._server.put(f"/api/card/{step.id}", body)
            steps.append(step)
        ids = self._ids(cards)
        found = self._present_dashboards(collection)
        steps += [self._apply_dashboard(one, ids, found, collection, may_change) for one in self._dashboards]
        retired = self._retired(cards, found)
        for step in retired if archive else ():
            self._server.put(f"/api/{step.kind}/{step.id}", {"archived": True})
        return [*steps, *retired]

    def _apply_dashboard(
        self,
        dashboard: Dashboard,
        ids: Mapping[str, int],
        found: Mapping[str, dict[str, Any]],
        collection: int,
        may_change: set[str],
    ) -> Step:
        present = found.get(dashboard.key)
        step = dashboard_step(dashboard, ids, present)
        if step.action == "create":
            made = self._server.post("/api/dashboard", {"name": dashboard.name, "collection_id": collection})
            present = {**made, "dashcards": []}
        elif step.action not in may_change:
            return step
        assert present is not None
        body = bodies.dashboard_body(dashboard, ids, present["dashcards"])
        self._server.put(f"/api/dashboard/{present['id']}", body)
        return step

    def _all_cards(self) -> list[tuple[Dashboard, Card]]:
        return [(dashboard, card) for dashboard in self._dashboards for card in dashboard.cards]

    def _database(self) -> int | None:
        found = self._server.get("/api/database")
        rows = found["data"] if isinstance(found, dict) else found
        return next((row["id"] for row in rows if row["name"] == DATABASE), None)

    def _wait_for_fields(self, database: int) -> dict[str, int]:
        wanted = {column for _, card in self._all_cards() for column in card.filters.values()}

        def look() -> dict[str, int]:
            tables = self._server.get(f"/api/database/{database}/metadata")["tables"]
            found = {
                f"{table['name']}.{column['name']}": column["id"]
                for table in tables
                if table["schema"] == "bi"
                for column in table["fields"]
            }
            return found if wanted <= found.keys() else {}

        found: dict[str, int] = self._server.wait_for(look, SYNC_SECONDS, "reading the tables of schema bi")
        return found

    def _collection(self) -> int | None:
        mark = ("collection/root", bodies.fingerprint(COLLECTION))
        rows = self._server.get("/api/collection")
        return next((row["id"] for row in rows if bodies.mark_of(row.get("description")) == mark), None)

    def _make_collection(self) -> int:
        description = bodies.marked("", "collection/root", COLLECTION)
        made = self._server.post("/api/collection", {"name": COLLECTION, "description": description})
        return int(made["id"])

    def _items(self, collection: int | None, model: str) -> list[dict[str, Any]]:
        if collection is None:
            return []
        found = self._server.get(f"/api/collection/{collection}/items", models=model, limit="1000")
        return list(found["data"])

    def _cards(self, collection: int | None) -> dict[str, dict[str, Any]]:
        """Cards of ours by question, with their queries."""
        found = {}
        for item in self._items(collection, "card"):
            card = self._server.get(f"/api/card/{item['id']}")
            mark = bodies.mark_of(card.get("description"))
            if mark and mark[0].startswith("card/"):
                found[mark[0].removeprefix("card/")] = card
        return found

    def _present_dashboards(self, collection: int | None) -> dict[str, dict[str, Any]]:
        found = {}
        for item in self._items(collection, "dashboard"):
            dashboard = self._server.get(f"/api/dashboard/{item['id']}")
            mark = bodies.mark_of(dashboard.get("description"))
            if mark and mark[0].startswith("dashboard/"):
                found[mark[0].removeprefix("dashboard/")] = dashboard
        return found

    @staticmethod
    def _ids(cards: Mapping[str, Mapping[str, Any]]) -> dict[str, int]:
        return {question: card["id"] for question, card in cards.items()}

    def _retired(
        self, cards: Mapping[str, Mapping[str, Any]], dashboards: Mapping[str, Mapping[str, Any]]
    ) -> list[Step]:
        questions = {card.question for _, card in self._all_cards()}
        keys = {dashboard.key for dashboard in self._dashboards}
        return [
            *(Step("card", key, "retired", one["id"]) for key, one in cards.items() if key not in questions),
            *(
                Step("dashboard", key, "retired", one["id"])
                for key, one in dashboards.items()
                if key not in keys
            ),
        ]

    def _give_rights(self, database: int, collection: int) -> None:
        """Readers see our collection, analysts may also ask in SQL, everybody else sees nothing of it."""
        readers, analysts = self._group(READERS), self._group(ANALYSTS)
        graph = self._server.get("/api/permissions/graph")
        rights = {ALL_USERS: "no", readers: "no", analysts: "query-builder-and-native"}
        wanted = {
            str(group): {str(database): {"view-data": "unrestricted", "create-queries": create}}
            for group, create in rights.items()
        }
        self._server.put("/api/permissions/graph", {"revision": graph["revision"], "groups": wanted})
        graph = self._server.get("/api/collection/graph")
        shown = {ALL_USERS: "none", readers: "read", analysts: "write"}
        groups = {str(group): {str(collection): right} for group, right in shown.items()}
        self._server.put("/api/collection/graph", {"revision": graph["revision"], "groups": groups})

    def _group(self, name: str) -> int:
        rows = self._server.get("/api/permissions/group")
        known = next((row["id"] for row in rows if row["name"] == name), None)
        return int(known or self._server.post("/api/permissions/group", {"name": name})["id"])
