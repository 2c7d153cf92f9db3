"""FOCUS exports in Google Cloud Storage, against answers as Google documents them; no emulator can be had."""

import gzip
import json
import traceback
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from pydantic import SecretStr

from finops.errors import SourceAway, SourceChanged, SourceError, SourceRefused
from tests.answering import Answering, Says
from tests.sources.clouds import Gcs
from tests.sources.exports import Reader, as_parquet, bill
from web.client import ATTEMPTS


@pytest.fixture
def reader(tmp_path: Path, server: Answering) -> Reader[Gcs]:
    server.asked.clear()
    return Reader(tmp_path, Gcs(server))


@pytest.mark.parametrize(
    ("form", "written"),
    [
        ("csv", lambda content, folder: content),
        ("csv.gz", lambda content, folder: gzip.compress(content, mtime=0)),
        ("parquet", as_parquet),
    ],
)
def test_files_in_folders_of_months_are_one_delivery_equal_to_a_plain_sum_and_downloaded_once(
    reader: Reader[Gcs], tmp_path: Path, form: str, written: Callable[[bytes, Path], bytes]
) -> None:
    for month, costs in (("2026-10", ["7.25", "-0.25"]), ("2026-11", ["0.000000001", "12345678.9", "1"])):
        for n, cost in enumerate(costs, 1):
            path = f"costs/billing_period={month}/00000000000{n}.{form}"
            reader.bucket.put(path, written(bill(month, {f"{month}-0{n}": cost}), tmp_path))
    (first,) = reader.read()
    assert (first.read, first.kept, first.quarantined) == (5, 5, 0)
    assert reader.cost == {"10": Decimal("7.00"), "11": Decimal("12345679.900000001")}
    reader.bucket.server.asked.clear()
    (again,) = reader.read()
    assert (again.kept, again.replaced, again.changes.unchanged.rows) == (5, 0, 5)
    assert [asked.path for asked in reader.bucket.server.asked if "costs" in asked.path] == []


def test_a_restated_month_replaces_the_old_one_and_corrections_of_earlier_ones_count(reader: Reader[Gcs]) -> None:
    reader.bucket.put("costs/2026-10/a.csv", bill("2026-10", {"2026-10-03": "10"}))
    for cost in ("1", "2"):
        reader.bucket.put("costs/2026-11/a.csv", bill("2026-11", {"2026-11-02": cost, "2026-09-09": "-3"}))
        reader.read()
    assert reader.cost == {"09": Decimal(-3), "10": Decimal(10), "11": Decimal(2)}


def test_a_month_that_is_missing_between_others_stays_as_it_was(reader: Reader[Gcs]) -> None:
    for month, cost in (("2026-09", "1"), ("2026-10", "2"), ("2026-11", "4")):
        reader.bucket.put(f"costs/{month}/a.csv", bill(month, {f"{month}-02": cost}))
    reader.read()
    reader.bucket.drop("costs/2026-10/a.csv")
    deliveries = reader.read(reader.bucket.source(prefix="costs", months=3))
    assert [delivery.kept for delivery in deliveries] == [1, 1]
    assert reader.cost == {"09": Decimal(1), "10": Decimal(2), "11": Decimal(4)}


def test_copies_of_exports_of_aws_are_read_by_their_manifests(reader: Reader[Gcs]) -> None:
    for number, cost in enumerate(("1", "2"), 1):
        reader.bucket.put(f"costs/f/data/BILLING_PERIOD=2026-11/{number}.csv", bill("2026-11", {"2026-11-02": cost}))
    said = json.dumps({"dataFiles": ["s3://theirs/costs/f/data/BILLING_PERIOD=2026-11/2.csv"]}).encode()
    reader.bucket.put("costs/f/metadata/BILLING_PERIOD=2026-11/f-Manifest.json", said)
    reader.read(reader.bucket.source(prefix="costs", layout="manifests"))
    assert reader.cost == {"11": Decimal(2)}


@pytest.mark.parametrize(
    ("settings", "error", "said"),
    [
        ({"bucket": "nobody-has-it"}, SourceRefused, "is not there"),
        ({"key": SecretStr('{"private_key": "planted"}')}, SourceRefused, "none of a service account"),
        ({"key": SecretStr("planted")}, SourceRefused, "none of a service account"),
    ],
    ids=["bucket", "half a key", "no key"],
)
def test_what_cannot_be_listed_is_told_without_the_key(
    reader: Reader[Gcs], settings: dict[str, object], error: type[SourceError], said: str
) -> None:
    _refused(reader, settings, error, said)


def test_the_key_of_another_account_is_refused(reader: Reader[Gcs]) -> None:
    key = reader.bucket.key(rsa.generate_private_key(65537, 2048))
    _refused(reader, {"key": key}, SourceRefused, "refuses the key to list")


@pytest.mark.parametrize(
    ("says", "error", "said", "asked"),
    [
        (Says(b"", 503), SourceAway, r"does not answer .* \(503\)", ATTEMPTS),
        (Says(b"", 429), SourceAway, r"does not answer .* \(429\)", ATTEMPTS),
        (Says(b"", 400), SourceRefused, "by 400; check bucket, address and region", 1),
        (Says(b"", 301), SourceRefused, "by 301; check bucket, address and region", 1),
        (Says(b"<html>"), SourceChanged, "no list", 1),
        (Says(b"<ListBucketResult><Contents><Key>a</Key></Contents></ListBucketResult>"), SourceChanged, "no list", 1),
    ],
    ids=["503", "429", "400", "301", "HTML", "shape"],
)
def test_answers_that_are_no_list_are_told(
    reader: Reader[Gcs], says: Says, error: type[SourceError], said: str, asked: int
) -> None:
    reader.bucket.server.says(says)
    _refused(reader, {}, error, said)
    assert len(reader.bucket.server.asked) == asked


def test_a_download_that_breaks_off_publishes_nothing(reader: Reader[Gcs]) -> None:
    reader.bucket.put("costs/2026-11/a.csv", bill("2026-11", {"2026-11-02": "1"}))
    reader.bucket.cut = True
    with pytest.raises(SourceAway):
        reader.read()
    assert (reader.cost, list(reader.pages.rglob("a.csv*"))) == ({}, [])


def _refused(reader: Reader[Gcs], settings: dict[str, object], error: type[SourceError], said: str) -> None:
    source = reader.bucket.source(**settings)
    with pytest.raises(error, match=said) as raised:
        reader.read(source)
    told = "".join(traceback.format_exception(raised.value))
    shown = f"{told}{raised.value!r}{source!r}{source.model_dump_json()}{source.web()!r}"
    assert [secret for secret in ("PRIVATE KEY", "private_key", '"planted"', "eyJ") if secret in shown] == []
