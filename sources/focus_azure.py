"""FOCUS exports in Azure Blob: those of Azure Cost Management and others, read hourly."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field, SecretStr

from sources._buckets import FocusBucket
from web.access import Address
from web.buckets import Bucket, azure


class FocusAzure(FocusBucket):
    """Azure Blob. *account* is the storage account, *bucket* the container, *prefix* the folder of the exports in it;
    *base_url* is only needed for other clouds of Azure's. *layout* `manifests` reads exports of Cost Management (Cost
    Management, Exports, Create, Cost and usage details (FOCUS), daily export of month-to-date costs; CSV, CSV.gz or
    Parquet, overwriting or not): of each export and month the files that the manifest of its newest run names; exports
    of anything else beside them are left alone, and so are runs that begin in the middle of a month. `folders` takes
    all files below a folder named after the billing month (`billing_period=2026-11`, `2026-11`, `2026/11`). *months*
    is how many are read, the current one included; more than 2 only to catch up. What is read replaces what those
    months held; a file that did not change is not downloaded again. *key* is a shared access signature of the container
    with Read and List (Storage accounts, the account, Containers, the container, Shared access tokens), or an access
    key of the account, which may do more. Delay: a run a day; Azure corrects the month before until the fifth day after
    its end. Keeps what the container keeps."""

    name: ClassVar[str] = "The container in Azure Blob"
    account: str = Field(pattern=r"^[a-z0-9]+$")
    base_url: Address | None = None
    key: SecretStr

    def opened(self) -> Bucket:
        """The container, with the key."""
        address = self.base_url or f"https://{self.account}.blob.core.windows.net"
        return azure(self.name, self.bucket, self.account, self.key.get_secret_value(), address)
