"""`GET /tag.js` as a browser's cache sees it."""

import gzip

from fastapi.testclient import TestClient


def test_the_tag_is_small(client: TestClient) -> None:
    assert len(gzip.compress(client.get("/tag.js").content, 9)) < 4096


def test_the_tag_is_cached_and_confirmed_by_its_entity_tag(client: TestClient) -> None:
    first = client.get("/tag.js")
    assert first.headers["content-type"].startswith("text/javascript")
    assert "max-age=86400" in first.headers["cache-control"]
    again = client.get("/tag.js", headers={"If-None-Match": f'"other", W/{first.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert client.get("/tag.js", headers={"If-None-Match": '"other"'}).status_code == 200


def test_pages_of_any_origin_may_include_the_tag(client: TestClient) -> None:
    headers = client.get("/tag.js", headers={"Origin": "https://shop.example"}).headers
    assert headers["cross-origin-resource-policy"] == "cross-origin"
    assert headers["access-control-allow-origin"] == "*"
