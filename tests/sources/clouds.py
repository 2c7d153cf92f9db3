"""Clouds on this machine that hold buckets: each can be written to, and names the source that reads it."""

from __future__ import annotations

import hmac
import json
import os
import re
import shutil
import subprocess
from base64 import b64decode, b64encode, urlsafe_b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote, unquote, urlencode

import botocore.session
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from moto.server import ThreadedMotoServer
from pydantic import SecretStr

from sources._buckets import FocusBucket
from sources.focus_azure import FocusAzure
from sources.focus_gcs import FocusGcs
from sources.focus_s3 import FocusS3
from tests import plain
from tests.answering import Answering, Asked, Says
from tests.children import ending

BESIDE = Path(__file__).parents[2] / ".azurite/node_modules/.bin"
WRITTEN = "Wed, 25 Nov 2026 01:02:03 GMT"
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
        plain.post(f"{self.address}/moto-api/reset-auth", content="0")
        try:
            yield
        finally:
            plain.post(f"{self.address}/moto-api/reset-auth", content="inf")


class Azure:
    """Azurite's Blob; its account and key are published."""

    account = "devstoreaccount1"
    key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="

    def __init__(self, address: str, bucket: str) -> None:
        self.address, self.bucket = f"{address}/{self.account}", bucket
        at = formatdate(usegmt=True)
        place = f"/{self.account}/{self.account}/{bucket}\nrestype:container"
        signed = self.signed("PUT" + "\n" * 12 + f"x-ms-date:{at}\nx-ms-version:2023-11-03\n{place}")
        headers = {"x-ms-date": at, "x-ms-version": "2023-11-03", "Authorization": f"SharedKey {self.account}:{signed}"}
        plain.put(f"{self.address}/{bucket}?restype=container", headers=headers).raise_for_status()

    def signed(self, text: str) -> str:
        return b64encode(hmac.new(b64decode(self.key), text.encode(), sha256).digest()).decode()

    def signature(self, may: str, until: str = "2099-01-01T00:00:00Z") -> str:
        """A shared access signature of the container."""
        place = f"/blob/{self.account}/{self.bucket}"
        signed = self.signed("\n".join([may, "", until, place, "", "", "", "2020-12-06", "c", *[""] * 7]))
        return urlencode({"sv": "2020-12-06", "sr": "c", "sp": may, "se": until, "sig": signed})

    def put(self, path: str, content: bytes) -> None:
        address = f"{self.address}/{self.bucket}/{quote(path)}?{self.signature('rwd')}"
        plain.put(address, content=content, headers={"x-ms-blob-type": "BlockBlob"}).raise_for_status()

    def drop(self, path: str) -> None:
        plain.delete(f"{self.address}/{self.bucket}/{quote(path)}?{self.signature('rwd')}").raise_for_status()

    def source(self, **settings: Any) -> FocusAzure:
        told = {"bucket": self.bucket, "base_url": self.address, "account": self.account,
                "key": SecretStr(self.signature("rl"))}  # fmt: skip
        return FocusAzure(**told | settings)


class Gcs:
    """What Google Cloud Storage documents that it answers, two objects a page of the list; written here, not recorded.
    It knows one service account, and takes no word of another."""

    def __init__(self, server: Answering) -> None:
        self.server, self.bucket, self.held, self.cut = server, "exports", dict[str, bytes](), False
        self.account, server.chosen = rsa.generate_private_key(65537, 2048), self.answer

    def key(self, account: rsa.RSAPrivateKey | None = None) -> SecretStr:
        """The JSON of a service account's key, as it is downloaded."""
        pem = (account or self.account).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        return SecretStr(json.dumps({"type": "service_account", "private_key_id": "1", "private_key": pem,
                                     "client_email": "reader@example.iam.gserviceaccount.com"}))  # fmt: skip

    def put(self, path: str, content: bytes) -> None:
        self.held[path] = content

    def drop(self, path: str) -> None:
        del self.held[path]

    def source(self, **settings: Any) -> FocusGcs:
        return FocusGcs(**{"bucket": self.bucket, "base_url": self.server.address, "key": self.key()} | settings)

    def answer(self, asked: Asked) -> Says:
        bucket, _, path = unquote(asked.path).removeprefix("/").partition("/")
        if not self._knows(asked):
            return Says(b"<Error><Code>AccessDenied</Code></Error>", 403)
        if bucket != self.bucket or (path and path not in self.held):
            return Says(b"<Error><Code>NoSuchKey</Code></Error>", 404)
        if not path:
            return Says(self._page(asked).encode())
        return Says(self.held[path], headers={"ETag": self._etag(path), "Last-Modified": WRITTEN}, cut=self.cut)

    def _knows(self, asked: Asked) -> bool:
        head, _, signature = asked.headers.get("authorization", "").removeprefix("Bearer ").rpartition(".")
        try:
            signed = urlsafe_b64decode(signature + "==")
            self.account.public_key().verify(signed, head.encode(), PKCS1v15(), SHA256())
        except (InvalidSignature, ValueError):
            return False
        return True

    def _page(self, asked: Asked) -> str:
        (prefix,), (after,) = asked.query.get("prefix", [""]), asked.query.get("continuation-token", [""])
        rest = sorted(path for path in self.held if path.startswith(prefix) and path > after)
        rows = "".join(
            f"<Contents><Key>{path}</Key><LastModified>2026-11-25T01:02:03.456Z</LastModified>"
            f"<ETag>{self._etag(path)}</ETag><Size>{len(self.held[path])}</Size></Contents>"
            for path in rest[:2]
        )
        more = f"<NextContinuationToken>{rest[1]}</NextContinuationToken>" if len(rest) > 2 else ""
        return f"<?xml version='1.0' encoding='UTF-8'?><ListBucketResult>{rows}{more}</ListBucketResult>"

    def _etag(self, path: str) -> str:
        return f'"{sha256(self.held[path]).hexdigest()[:32]}"'


@contextmanager
def azurite() -> Iterator[str]:
    """The address of an azurite, on a port that the system chooses; empty where there is none."""
    program = shutil.which("azurite-blob", path=f"{BESIDE}{os.pathsep}{os.environ['PATH']}")
    if not program:
        yield ""
        return
    asked = [
        program,
        "--blobPort",
        "0",
        "--inMemoryPersistence",
        "--skipApiVersionCheck",
        "--silent",
        "--disableTelemetry",
    ]
    with ending(subprocess.Popen(asked, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)) as server:
        told = (re.search(r"listens on (http://\S+)", line) for line in server.stdout or ())
        found = next(filter(None, told), None)
        yield found[1] if found else ""


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
