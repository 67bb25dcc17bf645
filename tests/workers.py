"""How tests are shared out among workers: a costly fixture is made in one of them, longest first."""

import pytest
from xdist.scheduler import LoadScopeScheduling

SHARED: dict[str, tuple[str, ...]] = {
    "command line": ("tests/acceptance/test_command_line.py",),
    "made-up company": ("tests/browser/pages", "tests/integration/pages"),
    "settings API": ("tests/integration/api/test_config",),
    "simulated company": ("tests/acceptance",),
    "warehouse": ("tests/integration/warehouse",),
}


def group_of(nodeid: str) -> str:
    """Name of the costly thing that a test's file shares with others, or the file itself."""
    file = nodeid.partition("::")[0]
    return next((name for name, places in SHARED.items() if file.startswith(places)), file)


def _rank(item: pytest.Item) -> tuple[int, str]:
    group = group_of(item.nodeid)
    shared = list(SHARED)
    return (shared.index(group), "") if group in SHARED else (len(shared), group)


class ByCostlyFixture(LoadScopeScheduling):  # type: ignore[misc]
    """Keeps each group in one worker."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


def longest_first(items: list[pytest.Item]) -> None:
    """Bring groups together in the order of :data:`SHARED`; no worker is left alone with a long one."""
    items.sort(key=_rank)
