"""FOCUS exports in Google Cloud Storage: files of any provider, read hourly."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import SecretStr

from sources._buckets import FocusBucket
from web.access import Address
from web.buckets import Bucket, gcs


class FocusGcs(FocusBucket):
    """Google Cloud Storage. Tested on answers as Google documents them, not on Google's own. *bucket* is its name,
    *prefix* the folder of the exports in it; *base_url* is only needed behind an endpoint of one's own. *layout*
    `folders` takes all files (CSV, CSV.gz or Parquet) below a folder named after the billing month
    (`billing_period=2026-11`, `2026-11`, `2026/11`), as a scheduled `EXPORT DATA` from BigQuery's FOCUS table can write
    them; overwrite them, for they are added up. `manifests` reads copies of what AWS Data Exports or Azure Cost
    Management wrote, with their manifests. *months* is how many are read, the current one included; more than 2 only to
    catch up. What is read replaces what those months held; a file that did not change is not downloaded again. *key* is
    the JSON of a service account's key (IAM & Admin, Service Accounts, the account, Keys, Add key, JSON) that is
    Storage Object Viewer of the bucket (Cloud Storage, the bucket, Permissions, Grant access). Delay: that of whatever
    writes it. Keeps what the bucket keeps."""

    name: ClassVar[str] = "The bucket in Google Cloud Storage"
    layout: Literal["manifests", "folders"] = "folders"
    base_url: Address = "https://storage.googleapis.com"
    key: SecretStr

    def opened(self) -> Bucket:
        """The bucket, with the service account's key."""
        return gcs(self.name, self.bucket, self.key.get_secret_value(), self.base_url)
