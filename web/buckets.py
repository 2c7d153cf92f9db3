"""Buckets: the objects below a prefix, listed and downloaded, of each cloud alike; failures become ours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import obstore
from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import AzureStore, GCSStore, S3Store

from finops.errors import SourceAway, SourceChanged, SourceError, SourceRefused
from web.client import ATTEMPTS

if TYPE_CHECKING:
    from obstore.store import AzureAccessKey, AzureSASToken, ClientConfig, RetryConfig, S3Credential

_PIECE = 1 << 20
_NO_LIST, _ELSEWHERE = "invalid list response", "redirect without LOCATION"
_STATUS = re.compile(r"status code: (\d{3})")
_RETRIES: RetryConfig = {"max_retries": ATTEMPTS - 1, "retry_timeout": timedelta(minutes=2)}
_BACKOFF = timedelta(milliseconds=200)


@dataclass(frozen=True)
class Stored:
    """An object as it was listed: its path in the bucket, its size in bytes, its ETag, and when it was written."""

    path: str
    size: int
    etag: str
    at: datetime


class Bucket:
    """The bucket *address*, whose objects *store* hands out; errors call it *name*, and never tell what the other side
    said, for that repeats addresses, which can hold a signature."""

    def __init__(self, store: S3Store | AzureStore | GCSStore, name: str, address: str) -> None:
        self.store, self.name, self.address = store, name, address

    def listed(self, prefix: str) -> tuple[Stored, ...]:
        """The objects in the folder *prefix* and below it (all, where it is empty), in order of their paths."""
        with self._told(f"list what lies below “{prefix}”"):
            found = obstore.list(self.store, prefix or None, chunk_size=1000).collect()
        stored = (Stored(each["path"], each["size"], _bare(each["e_tag"]), each["last_modified"]) for each in found)
        return tuple(sorted(stored, key=lambda each: each.path))

    def download(self, stored: Stored, file: Path) -> None:
        """*file* holds the object as it was listed; SourceAway if it was replaced since then."""
        with file.open("wb") as out:
            for piece in self._pieces(stored):
                out.write(piece)

    def _pieces(self, stored: Stored) -> Iterator[bytes]:
        read = 0
        with self._told(f"read {stored.path}"):
            got = obstore.get(self.store, stored.path)
            same = _bare(got.meta["e_tag"]) == stored.etag
            for piece in got.stream(min_chunk_size=_PIECE) if same else ():
                read += len(piece)
                yield bytes(piece)
        if not same or read != stored.size:
            raise SourceAway(f"{self.name}: {stored.path} is being written; nothing was read.")

    @contextmanager
    def _told(self, deed: str) -> Iterator[None]:
        try:
            yield
        except (BaseError, FileNotFoundError, ValueError) as error:
            raise _ours(error, self.name, deed) from None


def s3(name: str, bucket: str, region: str, key_id: str, key: str, address: str) -> Bucket:
    """A bucket in S3, or in what speaks like it at *address*; nothing is taken from the environment."""

    def credential() -> S3Credential:
        return {"access_key_id": key_id, "secret_access_key": key, "token": None, "expires_at": None}

    at = address.rstrip("/")
    store = S3Store(bucket, region=region, endpoint=at, aws_endpoint_url_s3=at, virtual_hosted_style_request=False,
                    skip_signature=False, credential_provider=credential, client_options=_client(at),
                    retry_config=_retries())  # fmt: skip
    return Bucket(store, name, f"{at}/{bucket}")


def azure(name: str, container: str, account: str, key: str, address: str) -> Bucket:
    """A container in Azure Blob; *key* is the account's, or a shared access signature. As above, no environment."""

    def credential() -> AzureAccessKey | AzureSASToken:
        if "sig=" in key:
            return {"sas_token": key.removeprefix("?"), "expires_at": None}
        return {"access_key": key, "expires_at": None}

    at = address.rstrip("/")
    store = AzureStore(container, account_name=account, endpoint=at, use_emulator=False, skip_signature=False,
                       credential_provider=credential, client_options=_client(at),
                       retry_config=_retries())  # fmt: skip
    return Bucket(store, name, f"{at}/{container}")


def gcs(name: str, bucket: str, key: str, address: str) -> Bucket:
    """A bucket in Google Cloud Storage; *key* is a service account's, as JSON, and signs."""
    at = address.rstrip("/")
    try:
        store = GCSStore(bucket, service_account_key=key, base_url=at, skip_signature=False, client_options=_client(at),
                         retry_config=_retries())  # fmt: skip
    except (BaseError, ValueError):
        raise SourceRefused(f"{name}: the key is none of a service account; give it the JSON as downloaded.") from None
    return Bucket(store, name, f"{at}/{bucket}")


def _client(address: str) -> ClientConfig:
    return {"allow_http": address.startswith("http://"), "connect_timeout": timedelta(seconds=10),
            "read_timeout": timedelta(seconds=60), "timeout": timedelta(minutes=30)}  # fmt: skip


def _retries() -> RetryConfig:
    return {**_RETRIES, "backoff": {"init_backoff": _BACKOFF, "max_backoff": timedelta(seconds=15), "base": 2}}


def _bare(etag: str | None) -> str:
    """An ETag without the quotes that it has in some answers and lacks in others."""
    return (etag or "").strip('"')


def _ours(error: Exception, name: str, deed: str) -> SourceError:
    """What a failure means; of its text only the status is told."""
    found = _STATUS.search(str(error))
    status = int(found[1]) if found else 0
    if isinstance(error, (PermissionDeniedError, UnauthenticatedError)) or status in (401, 403):
        return SourceRefused(f"{name} refuses the key to {deed}; give it one that may list and read.")
    if isinstance(error, FileNotFoundError) and not deed.startswith("list"):
        return SourceAway(f"{name}: it was gone when it was time to {deed}.")
    if isinstance(error, FileNotFoundError) or status == 404:
        return SourceRefused(f"{name} is not there; name the bucket as the provider does.")
    if _NO_LIST in str(error):
        return SourceChanged(f"{name} answered the wish to {deed} with something that is no list.")
    if _ELSEWHERE in str(error) or (400 <= status < 500 and status not in (408, 429)):
        return SourceRefused(
            f"{name} answered the wish to {deed} by {status or 301}; check bucket, address and region."
        )
    return SourceAway(f"{name} does not answer the wish to {deed}{f' ({status})' if status else ''}.")
