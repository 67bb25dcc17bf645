"""Write keys and origins of sites."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from synapse.channels.sites import SiteDirectory, Sites, origin_allowed
from synapse.settings.sections import WebSite

SHOP = WebSite(
    name="shop", write_key="shop-write-key-0001", origins=["https://Shop.example/", "http://localhost:8080"]
)
BLOG = WebSite(name="blog", write_key="blog-write-key-0001")


def test_a_site_is_found_by_its_whole_key_only() -> None:
    sites = Sites((SHOP, BLOG))
    assert sites.by_key("blog-write-key-0001") == BLOG
    for wrong in ("", "blog", "blog-write-key-000", "BLOG-WRITE-KEY-0001", "shop"):
        assert sites.by_key(wrong) is None


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("https://shop.example", True),
        ("https://shop.example:443", True),
        ("https://SHOP.EXAMPLE", True),
        ("http://localhost:8080", True),
        ("http://shop.example", False),
        ("https://shop.example:8443", False),
        ("https://www.shop.example", False),
        ("https://shop.example.evil.example", False),
        ("https://shop.example@evil.example", False),
        ("http://localhost", False),
        ("http://localhost:99999999", False),
        ("null", False),
        ("", False),
    ],
)
def test_origins_are_compared_by_scheme_host_and_port(origin: str, allowed: bool) -> None:
    assert origin_allowed(SHOP, origin) is allowed
    assert Sites((SHOP,)).allows(origin) is allowed


def test_a_site_without_origins_takes_any() -> None:
    assert origin_allowed(BLOG, "https://anything.example")


def test_sites_are_remembered_for_a_start_without_postgres(tmp_path: Path) -> None:
    nowhere = sa.create_engine("postgresql+psycopg://x:y@127.0.0.1:1/z", connect_args={"connect_timeout": 1})
    file = tmp_path / "spool" / "sites.json"
    first = SiteDirectory(nowhere, file)
    assert (first.is_known, first.refresh()) == (False, False)
    first.sites = Sites((SHOP, BLOG))
    first._remember()
    again = SiteDirectory(nowhere, file)
    assert (again.is_known, again.sites.by_key("shop-write-key-0001")) == (True, SHOP)
    assert file.stat().st_mode & 0o077 == 0
    file.write_text('[{"name": "sh')
    assert not SiteDirectory(nowhere, file).is_known
