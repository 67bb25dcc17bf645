from pathlib import Path

import pytest

from synapse.errors import ConfigurationError
from synapse.storage import open_store
from synapse.storage.folder import FolderStore
from synapse.storage.s3 import S3Store


def test_a_file_url_opens_a_folder(tmp_path: Path) -> None:
    store = open_store((tmp_path / "с пробелом").as_uri())
    assert isinstance(store, FolderStore)
    assert store.root == tmp_path / "с пробелом"


def test_an_s3_url_carries_key_secret_host_and_bucket() -> None:
    store = open_store("s3://key:s%2Fe%40cret@minio:9000/company?secure=0&region=ru-1")
    assert isinstance(store, S3Store)
    address = store.address
    assert (address.endpoint, address.bucket, address.access_key) == ("minio:9000", "company", "key")
    assert (address.secret_key, address.secure, address.region) == ("s/e@cret", False, "ru-1")
    assert "cret" not in repr(address)


@pytest.mark.parametrize(
    "url", ["", "/folder", "ftp://host/x", "s3://host", "s3:///bucket", "s3://h/a/b", "file://host/folder"]
)
def test_other_urls_are_explained(url: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        open_store(url)
    assert "file:///folder" in refused.value.hint
