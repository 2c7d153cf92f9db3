"""FOCUS exports in S3, as AWS Data Exports write them, on a moto server: a month is what its newest manifest names."""

import gzip
import itertools
import json
import os
import traceback
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from moto.core import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends
from pydantic import SecretStr

from finops.errors import SourceAway, SourceChanged, SourceError, SourceRefused
from finops.period import Period
from sources._buckets import FocusBucket
from sources.focus_s3 import FocusS3
from tests.sources.clouds import KEY, S3, moto
from tests.sources.exports import TODAY, Reader, as_parquet, bill
from web.buckets import Bucket, Stored

NAMES = map("exports-{}".format, itertools.count())


class AwsReader(Reader[S3]):
    """What AWS exports to a bucket in S3."""

    def export(self, month: str, *files: bytes, run: str = "", name: str = "focus", form: str = "csv") -> list[str]:
        """Write *files* as AWS does: the data, then the manifest."""
        below = f"costs/{name}/data/BILLING_PERIOD={month}/{run}"
        paths = [f"{below}{name}-{n:05}.{form}" for n in range(1, len(files) + 1)]
        for path, content in zip(paths, files, strict=True):
            self.bucket.put(path, content)
        said = {"executionId": run, "dataFiles": [f"s3://{self.bucket.bucket}/{path}" for path in paths]}
        manifest = f"costs/{name}/metadata/BILLING_PERIOD={month}/{run}{name}-Manifest.json"
        self.bucket.put(manifest, json.dumps(said).encode())
        return paths


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with moto() as listening:
        yield listening


@pytest.fixture
def reader(tmp_path: Path, address: str) -> AwsReader:
    return AwsReader(tmp_path, S3(address, next(NAMES)))


@pytest.mark.parametrize(
    ("form", "written"),
    [
        ("csv", lambda content, folder: content),
        ("csv.gz", lambda content, folder: gzip.compress(content)),
        ("snappy.parquet", as_parquet),
    ],
)
def test_two_months_in_several_files_are_one_delivery_equal_to_a_plain_sum(
    reader: AwsReader, tmp_path: Path, form: str, written: Callable[[bytes, Path], bytes]
) -> None:
    small, large = "0.000000001", "12345678.9"
    october = written(bill("2026-10", {"2026-10-01": "7.25", "2026-10-31": "-0.25"}), tmp_path)
    november = [written(bill("2026-11", {f"2026-11-0{n}": cost}), tmp_path) for n, cost in enumerate((small, large), 1)]
    reader.export("2026-10", october, form=form)
    reader.export("2026-11", *november, form=form)
    (delivery,) = reader.read()
    assert (delivery.read, delivery.kept, delivery.quarantined) == (4, 4, 0)
    assert reader.cost == {"10": Decimal("7.00"), "11": Decimal("12345678.900000001")}
    assert [each.feed for each in reader.house.ledger.freshness()] == ["focus_s3/AWS/123"]


def test_a_restated_month_replaces_the_old_one_whether_or_not_it_is_overwritten(reader: AwsReader) -> None:
    reader.export("2026-10", bill("2026-10", {"2026-10-03": "10"}))
    reader.export("2026-11", bill("2026-11", {"2026-11-01": "1", "2026-11-09": "2"}))
    reader.read()
    reader.export("2026-11", bill("2026-11", {"2026-11-02": "5"}))
    reader.read()
    assert reader.cost == {"10": Decimal(10), "11": Decimal(5)}


def test_of_runs_that_lie_beside_one_another_the_newest_counts(reader: AwsReader) -> None:
    for run, cost in (("b-run/", "1"), ("a-run/", "2")):
        reader.export("2026-11", bill("2026-11", {"2026-11-02": cost}), run=run)
        backend = s3_backends[DEFAULT_ACCOUNT_ID]["aws"].buckets[reader.bucket.bucket]
        for path, key in backend.keys.items():
            if "b-run" in path:
                key.last_modified = key.last_modified.replace(year=2025)
    reader.read()
    assert reader.cost == {"11": Decimal(2)}


def test_a_check_reads_the_smallest_file_and_no_more(reader: AwsReader, tmp_path: Path) -> None:
    large, small = (bill("2026-11", {f"2026-11-0{n}": "1" for n in range(1, days)}) for days in (9, 3))
    reader.export("2026-11", large, small)
    source = reader.bucket.source(prefix="costs")
    assert source.check(source.web(), TODAY.last, tmp_path / "checked") == "answers, and may be read"
    read = [file.read_bytes() for file in (tmp_path / "checked").rglob("*.csv")]
    assert read == [small]


def test_a_check_says_that_nothing_lies_there_yet(reader: AwsReader, tmp_path: Path) -> None:
    source = reader.bucket.source(prefix="costs")
    with pytest.raises(SourceAway, match="no export of 2026-10 or 2026-11 lies there yet"):
        source.check(source.web(), TODAY.last, tmp_path / "checked")


def test_what_did_not_change_is_not_downloaded_again_and_changes_nothing(reader: AwsReader) -> None:
    october, november = bill("2026-10", {"2026-10-03": "10"}), bill("2026-11", {"2026-11-01": "3"})
    reader.export("2026-10", october)
    reader.export("2026-11", bill("2026-11", {"2026-11-01": "1"}))
    (first,) = reader.batches()
    reader.export("2026-11", november)
    (second,) = reader.batches()
    same = [os.stat(a).st_ino == os.stat(b).st_ino for a, b in zip(first.files, second.files, strict=True)]
    assert same == [True, False]
    for file in first.files:
        file.unlink()
    facts = [reader.house.publish(second), _files(reader), *reader.read(), _files(reader)]
    assert facts[0] != facts[2]  # nothing was replaced at first
    assert facts[1] == facts[3]
    assert [file.read_bytes() for file in second.files] == [october, november]
    for file in reader.pages.rglob("*.csv"):
        file.unlink()
    reader.read()
    assert reader.cost == {"10": Decimal(10), "11": Decimal(3)}


def test_corrections_of_earlier_months_count_and_go_when_their_month_is_restated_without(
    reader: AwsReader,
) -> None:
    corrected = {"2026-09-14": "-4", "2026-10-05": "-2", "2026-11-01": "7"}
    reader.export("2026-10", bill("2026-10", {"2026-10-03": "10", "2026-10-30": "10"}))
    reader.export("2026-11", bill("2026-11", corrected))
    reader.read()
    assert reader.cost == {"09": Decimal(-4), "10": Decimal(18), "11": Decimal(7)}
    reader.export("2026-10", bill("2026-10", {"2026-10-03": "11"}))
    reader.read()
    assert reader.cost == {"09": Decimal(-4), "10": Decimal(9), "11": Decimal(7)}
    reader.export("2026-11", bill("2026-11", {"2026-11-01": "7"}))
    reader.read()
    assert reader.cost == {"10": Decimal(11), "11": Decimal(7)}


def test_a_charge_billed_in_the_month_before_its_own_stays_when_that_month_is_read_no_more(reader: AwsReader) -> None:
    reader.export("2026-10", bill("2026-10", {"2026-10-31": "1", "2026-11-01": "2"}))
    reader.export("2026-11", bill("2026-11", {"2026-11-01": "4"}))
    reader.read()
    assert reader.cost == {"10": Decimal(1), "11": Decimal(6)}
    source = reader.bucket.source(prefix="costs")
    later = Period(date(2026, 12, 1), date(2026, 12, 2))
    for batch in source.fetch(source.web(), later, reader.pages / "december"):
        reader.house.publish(batch)
    assert reader.cost == {"10": Decimal(1), "11": Decimal(6)}


def test_rows_of_other_billing_months_are_held_back_and_no_part_of_a_month_covers_it_all(reader: AwsReader) -> None:
    reader.export("2026-09", bill("2026-09", {"2026-09-01": "100", "2026-09-30": "100"}))
    reader.read(reader.bucket.source(prefix="costs", months=3))
    reader.export("2026-10", bill("2026-10", {"2026-10-01": "1"}), bill("2026-09", {"2026-09-15": "5"}))
    (delivery,) = reader.read()
    assert (delivery.kept, delivery.quarantined) == (1, 1)
    (held,) = delivery.examples
    assert (held.field, held.reason) == (
        "BillingPeriodStart", "lies outside of 2026-10-01 to 2026-10-31, which was read")  # fmt: skip
    assert reader.cost == {"09": Decimal(200), "10": Decimal(1)}


def test_a_manifest_that_names_what_is_not_there_publishes_nothing(reader: AwsReader) -> None:
    reader.export("2026-11", bill("2026-11", {"2026-11-01": "1"}))
    reader.read()
    reader.export("2026-10", bill("2026-10", {"2026-10-01": "9"}))
    _, second = reader.export("2026-11", *[bill("2026-11", {"2026-11-01": "4"})] * 2)
    reader.bucket.drop(second)
    with pytest.raises(SourceAway, match=r"focus-Manifest\.json names .*focus-00002\.csv, which is not there"):
        reader.read()
    assert reader.cost == {"11": Decimal(1)}


@pytest.mark.parametrize("said", [b"{", b"[]", b"{}", b'{"dataFiles": "x"}', b"\xff", b"", b'{"dataFiles": ["a.zip"]}'])
def test_a_manifest_that_cannot_be_understood_is_named(reader: AwsReader, said: bytes) -> None:
    reader.bucket.put("a.zip", b"zip")
    reader.bucket.put("metadata/BILLING_PERIOD=2026-11/my-Manifest.json", said)
    with pytest.raises(SourceChanged, match=r"BILLING_PERIOD=2026-11/my-Manifest\.json"):
        reader.read(reader.bucket.source())


def test_an_export_that_is_rewritten_while_it_is_read_is_not_read(reader: AwsReader) -> None:
    class Rewritten(Bucket):
        def download(self, stored: Stored, file: Path) -> None:
            super().download(stored, file)
            if "/data/" in stored.path:
                reader.bucket.put(stored.path, bill("2026-11", {"2026-11-01": "2"}))

    class Source(FocusS3):
        def opened(self) -> Bucket:
            bucket = super().opened()
            return Rewritten(bucket.store, bucket.name, bucket.address)

    reader.export("2026-11", bill("2026-11", {"2026-11-01": "1"}))
    with pytest.raises(SourceAway, match="are being written"):
        reader.read(Source(**dict(reader.bucket.source(prefix="costs"))))


def test_without_manifests_all_files_below_the_folder_of_a_month_are_that_month(reader: AwsReader) -> None:
    for n, cost in enumerate(("1.5", "2"), 1):
        reader.bucket.put(f"costs/x/2026-11/run/part-{n}.csv", bill("2026-11", {f"2026-11-0{n}": cost}))
    reader.bucket.put("costs/readme.txt", b"no bill")
    reader.bucket.put("costs-of-others/2026-11/part.csv", bill("2026-11", {"2026-11-03": "50"}))
    reader.read(reader.bucket.source(prefix="costs/", layout="folders"))
    assert reader.cost == {"11": Decimal("3.5")}


def test_months_in_other_formats_are_deliveries_of_their_own_and_a_mixed_month_is_told(
    reader: AwsReader, tmp_path: Path
) -> None:
    reader.export("2026-10", bill("2026-10", {"2026-10-03": "10"}))
    parquet = as_parquet(bill("2026-11", {"2026-11-01": "1", "2026-10-31": "2"}), tmp_path)
    reader.export("2026-11", parquet, form="parquet")
    assert [delivery.kept for delivery in reader.read()] == [1, 2]
    assert reader.cost == {"10": Decimal(12), "11": Decimal(1)}
    reader.export("2026-11", bill("2026-11", {"2026-11-02": "1"}), name="other")
    with pytest.raises(SourceChanged, match="no one delivery"):
        reader.read()


def test_no_export_yet_is_told(reader: AwsReader) -> None:
    with pytest.raises(SourceAway, match="no export of 2026-10 or 2026-11"):
        reader.read()


@pytest.mark.parametrize(
    ("settings", "error", "said"),
    [
        ({"bucket": "nobody-has-it"}, SourceRefused, "is not there"),
        ({"base_url": "http://127.0.0.1:1"}, SourceAway, "does not answer"),
    ],
)
def test_a_bucket_that_cannot_be_listed_is_told_without_its_key(
    reader: AwsReader, settings: dict[str, str], error: type[SourceError], said: str
) -> None:
    _refused(reader, reader.bucket.source(**settings), error, said)


def test_a_wrong_key_is_told_without_naming_it(reader: AwsReader) -> None:
    reader.export("2026-11", bill("2026-11", {"2026-11-01": "1"}))
    bucket = reader.bucket.source().opened()
    stored, *_ = bucket.listed("costs")
    with reader.bucket.refusing():
        _refused(reader, reader.bucket.source(key=SecretStr(KEY)), SourceRefused, "refuses the key to list")
        with pytest.raises(SourceRefused, match="refuses the key to read costs/focus/data"):
            bucket.download(stored, reader.pages)


def _refused(reader: AwsReader, source: FocusBucket, error: type[SourceError], said: str) -> None:
    with pytest.raises(error, match=said) as raised:
        reader.read(source)
    told = "".join(traceback.format_exception(raised.value))
    assert KEY not in f"{told}{raised.value!r}{source!r}{source.model_dump_json()}{source.opened()!r}{source.web()!r}"


def _files(reader: AwsReader) -> list[str]:
    return sorted(file.name for file in (reader.house.home / "facts").iterdir())
