"""Objects in a bucket of MinIO or any other S3."""

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any, BinaryIO, cast
from urllib.parse import quote, unquote

import urllib3
from minio import Minio
from minio.error import MinioException, S3Error
from minio.notificationconfig import NotificationConfig, QueueConfig

from synapse.errors import ObjectNotFoundError, StorageError
from synapse.storage.contract import ObjectInfo
from synapse.storage.keys import validate_key, validate_prefix

CONNECT_SECONDS = 5
READ_SECONDS = 60
PART_BYTES = 10 << 20
BUFFER_BYTES = 1 << 18
_METADATA = "x-amz-meta-"
_PRINTABLE = " !#$&'()*+,-./:;<=>?@[]^_`{|}~"
_ABSENT = {"NoSuchKey", "NoSuchObject", "ResourceNotFound"}
_HINTS = {
    "AccessDenied": "Give the key the right to read and write this bucket.",
    "InvalidAccessKeyId": "Check the access key in SYNAPSE_STORAGE_URL.",
    "SignatureDoesNotMatch": "Check the secret key in SYNAPSE_STORAGE_URL; it must be percent-encoded.",
    "RequestTimeTooSkewed": "Set the clock of this machine: it differs too much from the storage's.",
    "NoSuchBucket": "Create the bucket or give the key the right to create it.",
    "XMinioStorageFull": "Free some space in the object storage.",
}


@dataclass(frozen=True)
class S3Address:
    """Where the bucket is and with which key.

    Attributes:
        endpoint: ``host:port``.
        bucket: Its name; made when it is absent.
        access_key: Key id; empty for anonymous access.
        secret_key: Its secret.
        secure: Whether to speak HTTPS.
        region: Region for signatures; most servers take any.
    """

    endpoint: str
    bucket: str
    access_key: str
    secret_key: str = field(repr=False)
    secure: bool = True
    region: str = "us-east-1"


class S3Store:
    """Storage in one bucket.

    Args:
        address: Where it is.
    """

    def __init__(self, address: S3Address) -> None:
        self.address = address
        self._bucket = address.bucket
        self._pool = urllib3.PoolManager(
            timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
            maxsize=10,
            retries=urllib3.Retry(total=2, backoff_factor=0.2, status_forcelist=[500, 502, 503, 504]),
        )

    @cached_property
    def _client(self) -> Minio:
        """The client, once the bucket is known to exist."""
        client = Minio(
            endpoint=self.address.endpoint,
            access_key=self.address.access_key or None,
            secret_key=self.address.secret_key or None,
            secure=self.address.secure,
            region=self.address.region,
            http_client=self._pool,
        )
        with self._explained():
            if not client.bucket_exists(bucket_name=self._bucket):
                try:
                    client.make_bucket(bucket_name=self._bucket)
                except S3Error as error:
                    if error.code not in {"BucketAlreadyOwnedByYou", "BucketAlreadyExists"}:
                        raise
        return client

    def announce_new_objects(self, webhook: str) -> None:
        """Let the bucket tell a webhook target of every new object; other notifications stay as they are.

        Args:
            webhook: The target's ARN, which the server's own configuration names.
        """
        mine = QueueConfig(queue=webhook, events=["s3:ObjectCreated:*"], config_id="synapse")
        with self._explained():
            found = self._client.get_bucket_notification(bucket_name=self._bucket)
            others = [queue for queue in found.queue_config_list or () if queue.config_id != mine.config_id]
            config = NotificationConfig(
                cloud_func_config_list=found.cloud_func_config_list,
                queue_config_list=[*others, mine],
                topic_config_list=found.topic_config_list,
            )
            self._client.set_bucket_notification(bucket_name=self._bucket, config=config)

    def put(
        self,
        key: str,
        stream: BinaryIO,
        *,
        content_type: str | None = None,
        metadata: Mapping[str, str] | None = None,
    ) -> ObjectInfo:
        """See :class:`ObjectStore`; values of metadata travel percent-encoded, headers being ASCII."""
        validate_key(key)
        labels = {name.lower(): quote(value, safe=_PRINTABLE) for name, value in (metadata or {}).items()}
        with self._explained():
            self._client.put_object(
                bucket_name=self._bucket,
                object_name=key,
                data=stream,
                length=-1,
                part_size=PART_BYTES,
                content_type=content_type or "application/octet-stream",
                metadata=cast("Any", labels),
            )
        return self.stat(key)

    @contextmanager
    def open(self, key: str, offset: int = 0, length: int | None = None) -> Iterator[BinaryIO]:
        """See :class:`ObjectStore`; the bytes come by one ranged request."""
        validate_key(key)
        response = self._get(key, offset, length)
        if response is None:
            yield io.BytesIO()
            return
        try:
            yield io.BufferedReader(_Body(response), BUFFER_BYTES)
        finally:
            response.close()
            response.release_conn()

    def _get(self, key: str, offset: int, length: int | None) -> urllib3.BaseHTTPResponse | None:
        if length == 0:
            self.stat(key)
            return None
        try:
            with self._explained():
                return self._client.get_object(
                    bucket_name=self._bucket, object_name=key, offset=offset, length=length or 0
                )
        except _PastTheEndError:
            return None

    def stat(self, key: str) -> ObjectInfo:
        """See :class:`ObjectStore`."""
        validate_key(key)
        with self._explained():
            found = self._client.stat_object(bucket_name=self._bucket, object_name=key)
        headers = {name.lower(): value for name, value in (found.metadata or {}).items()}
        labels = {
            name.removeprefix(_METADATA): unquote(value)
            for name, value in headers.items()
            if name.startswith(_METADATA)
        }
        content_type = headers.get("content-type")
        if content_type and content_type != "application/octet-stream":
            labels["content-type"] = content_type
        return _info(found, labels)

    def list(self, prefix: str, after: str | None = None) -> Iterator[ObjectInfo]:
        """See :class:`ObjectStore`."""
        validate_prefix(prefix)
        with self._explained():
            for found in self._client.list_objects(
                bucket_name=self._bucket, prefix=prefix or None, start_after=after or None, recursive=True
            ):
                if not found.is_dir and found.last_modified:
                    yield _info(found, {})

    def delete(self, key: str) -> None:
        """See :class:`ObjectStore`."""
        validate_key(key)
        with self._explained():
            self._client.remove_object(bucket_name=self._bucket, object_name=key)

    def signed_url(self, key: str, expires_seconds: int) -> str:
        """See :class:`ObjectStore`."""
        validate_key(key)
        with self._explained():
            return str(
                self._client.presigned_get_object(
                    bucket_name=self._bucket,
                    object_name=key,
                    expires=timedelta(seconds=expires_seconds),
                )
            )

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn what the client and the server say into an error with a hint."""
        try:
            yield
        except S3Error as error:
            if error.code in _ABSENT:
                raise ObjectNotFoundError("No object has this name.") from error
            if error.code == "InvalidRange":
                raise _PastTheEndError("The range lies past the end of the object.") from error
            raise StorageError(
                f"The object storage refused: {error.code}.", hint=_HINTS.get(error.code or "", "")
            ) from error
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise _unreachable(self.address.endpoint) from error
        except (MinioException, ValueError) as error:
            raise StorageError(
                f"The object storage answered oddly: {type(error).__name__}.",
                hint="Check that SYNAPSE_STORAGE_URL points to the S3 port, not to a web page.",
            ) from error


class _PastTheEndError(StorageError):
    """The asked range is empty."""


class _Body(io.RawIOBase):
    """A response's body whose network errors are ours."""

    def __init__(self, response: urllib3.BaseHTTPResponse) -> None:
        super().__init__()
        self._response = response

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            data = self._response.read(len(buffer))
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise StorageError("The object storage broke off while reading.", hint="Try again.") from error
        buffer[: len(data)] = data
        return len(data)


def _unreachable(endpoint: str) -> StorageError:
    return StorageError(
        f"The object storage at {endpoint} cannot be reached.",
        hint="Check that it runs and that SYNAPSE_STORAGE_URL names its host, port and secure=0 or 1.",
    )


def _info(found: Any, labels: Mapping[str, str]) -> ObjectInfo:
    return ObjectInfo(
        key=found.object_name,
        size=found.size or 0,
        etag=(found.etag or "").strip('"'),
        modified_at=found.last_modified,
        metadata=labels,
    )
