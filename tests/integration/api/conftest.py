"""A client of the whole application on a fresh database, and sites that may send events."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from api.app import create_app
from synapse.environment import load_environment
from synapse.settings.sections import Settings, WebSite
from synapse.settings.store import save_settings

SHOP_KEY = "shop-write-key-0001"
BLOG_KEY = "blog-write-key-0001"
SHOP_ORIGIN = "https://shop.example"


@pytest.fixture
def sites(engine: sa.Engine) -> None:
    """Two sites: one that lists its origins, one that takes any."""
    settings = Settings()
    settings.integrations.web.sites = [
        WebSite(name="shop", write_key=SHOP_KEY, origins=[SHOP_ORIGIN, "https://www.shop.example:443"]),
        WebSite(name="blog", write_key=BLOG_KEY),
    ]
    with engine.begin() as connection:
        save_settings(connection, settings, author="test")


@pytest.fixture
def client(home: Path, sites: None) -> Iterator[TestClient]:
    """A browser on the same machine."""
    app = create_app(load_environment())
    with TestClient(
        app, base_url="http://127.0.0.1", client=("127.0.0.1", 50000), raise_server_exceptions=False
    ) as client:
        yield client


@pytest.fixture
def stored(engine: sa.Engine) -> Any:
    """Return rows of a query as named tuples."""

    def ask(query: str) -> list[Any]:
        with engine.connect() as connection:
            return list(connection.execute(sa.text(query)).all())

    return ask
