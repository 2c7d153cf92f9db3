"""FOCUS exports in Amazon S3, or in what speaks like it: AWS Data Exports and others, read hourly."""

from __future__ import annotations

from typing import ClassVar

from pydantic import SecretStr

from sources._buckets import FocusBucket
from web.access import Address
from web.buckets import Bucket, s3


class FocusS3(FocusBucket):
    """Amazon S3. *bucket* is its name, *prefix* the folder of the exports in it, *region* where it lies; *base_url* is
    only needed for what is not AWS (MinIO, Ceph, OVHcloud …) or its other partitions. *layout* `manifests` reads AWS
    Data Exports (Billing and Cost Management, Data Exports, Create, Standard data export, FOCUS with AWS columns;
    CSV.gz or Parquet, overwriting or not): of each export and month the files that its newest manifest names.
    `folders` takes all files below a folder named after the billing month (`billing_period=2026-11`, `2026-11`,
    `2026/11`). *months* is how many are read, the current one included; more than 2 only to catch up. What is read
    replaces what those months held; a file that did not change is not downloaded again. *key_id* and *key* are an
    access key (IAM, Users, Security credentials, Create access key) with `s3:ListBucket` on the bucket and
    `s3:GetObject` on what lies below *prefix*; no other permission. Delay: AWS writes at least once a day, and
    corrects the month before for some days after its end. Keeps what the bucket keeps."""

    name: ClassVar[str] = "The bucket in S3"
    region: str = "us-east-1"
    base_url: Address | None = None
    key_id: str
    key: SecretStr

    def opened(self) -> Bucket:
        """The bucket, with the access key."""
        address = self.base_url or f"https://s3.{self.region}.amazonaws.com"
        return s3(self.name, self.bucket, self.region, self.key_id, self.key.get_secret_value(), address)
