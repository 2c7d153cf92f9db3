"""Clouds on this machine that hold buckets: each can be written to, and names the source that reads it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import botocore.session
import httpx
from moto.server import ThreadedMotoServer
from pydantic import SecretStr

from sources._buckets import FocusBucket
from sources.focus_s3 import FocusS3

KEY = "planted/secret+5c0ffee=key"


class Cloud(Protocol):
    """A bucket, empty at first."""

    def put(self, path: str, content: bytes) -> None:
        """Write an object."""

    def drop(self, path: str) -> None:
        """Delete an object."""

    def source(self, **settings: Any) -> FocusBucket:
        """What reads it, with the right key if none is named in *settings*."""


class S3:
    """Moto's S3."""

    def __init__(self, address: str, bucket: str) -> None:
        self.address, self.bucket = address, bucket
        self.client = botocore.session.get_session().create_client(
            "s3", endpoint_url=address, aws_access_key_id="k", aws_secret_access_key=KEY, region_name="us-east-1"
        )
        self.client.create_bucket(Bucket=bucket)

    def put(self, path: str, content: bytes) -> None:
        self.client.put_object(Bucket=self.bucket, Key=path, Body=content)

    def drop(self, path: str) -> None:
        self.client.delete_object(Bucket=self.bucket, Key=path)

    def source(self, **settings: Any) -> FocusS3:
        told = {"bucket": self.bucket, "base_url": self.address, "key_id": "k", "key": SecretStr(KEY)}
        return FocusS3(**told | settings)

    @contextmanager
    def refusing(self) -> Iterator[None]:
        """Meanwhile it asks who one is, and knows nobody."""
        httpx.post(f"{self.address}/moto-api/reset-auth", content="0")
        try:
            yield
        finally:
            httpx.post(f"{self.address}/moto-api/reset-auth", content="inf")


@contextmanager
def moto() -> Iterator[str]:
    """The address of a moto server, on a port that the system chooses."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        yield f"http://{host}:{port}"
    finally:
        server.stop()
