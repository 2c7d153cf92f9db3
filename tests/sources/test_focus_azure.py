"""FOCUS exports in Azure Blob, as Cost Management writes them, on an azurite: a month is what its newest run wrote."""

import gzip
import itertools
import json
import traceback
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import SecretStr

from finops.errors import SourceAway, SourceChanged, SourceError, SourceRefused
from tests.sources.clouds import Azure, azurite
from tests.sources.exports import Reader, as_parquet, bill

NAMES = map("exports-{}".format, itertools.count())


class AzureReader(Reader[Azure]):
    """What Cost Management exports to a container."""

    def export(
        self, month: str, *files: bytes, at: str, form: str = "csv", name: str = "focus", kind: str = "FocusCost"
    ) -> str:
        """Write *files* as Azure does: the parts, then the manifest, below a folder of the run that began *at*."""
        days = "{0}01-{0}30".format(month.replace("-", ""))
        run = f"costs/{name}/{days}/run-{99 - int(at[8:10])}"  # runs are not named in their order
        blobs = [{"blobName": f"{run}/part_{n}_0001.{form}", "byteCount": len(file)} for n, file in enumerate(files)]
        for blob, content in zip(blobs, files, strict=True):
            self.bucket.put(str(blob["blobName"]), content)
        said = {"manifestVersion": "2024-04-01", "blobs": blobs, "exportConfig": {"type": kind},
                "runInfo": {"submittedTime": at, "runId": run}}  # fmt: skip
        self.bucket.put(f"{run}/manifest.json", json.dumps(said).encode())
        return run


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with azurite() as listening:
        if not listening:
            pytest.skip("NO AZURITE COULD BE STARTED: what is read from Azure Blob is not tested (see .ci/run)")
        yield listening


@pytest.fixture
def reader(tmp_path: Path, address: str) -> AzureReader:
    return AzureReader(tmp_path, Azure(address, next(NAMES)))


@pytest.mark.parametrize(
    ("form", "written"),
    [
        ("csv", lambda content, folder: content),
        ("csv.gz", lambda content, folder: gzip.compress(content)),
        ("snappy.parquet", as_parquet),
    ],
)
def test_two_months_are_one_delivery_equal_to_a_plain_sum_and_the_same_again_changes_nothing(
    reader: AzureReader, tmp_path: Path, form: str, written: Callable[[bytes, Path], bytes]
) -> None:
    november = [{"2026-11-01": "0.000000001", "2026-10-02": "-3"}, {"2026-11-02": "12345678.9"}]
    parts = [written(bill("2026-11", costs), tmp_path) for costs in november]
    reader.export("2026-11", *parts, at="2026-11-25T06:49:06.5756051Z", form=form)
    october = written(bill("2026-10", {"2026-10-01": "7.25", "2026-10-31": "-0.25"}), tmp_path)
    reader.export("2026-10", october, at="2026-11-04T06:49:06.5756051Z", form=form)
    (first,) = reader.read()
    assert (first.read, first.kept, first.quarantined) == (5, 5, 0)
    assert reader.cost == {"10": Decimal("4.00"), "11": Decimal("12345678.900000001")}
    (again,) = reader.read()
    assert (again.kept, again.replaced, again.changes.unchanged.rows) == (5, 0, 5)
    assert reader.house.ledger.freshness()[0].feed == "focus_azure/AWS/123"


def test_the_run_that_was_submitted_last_replaces_the_others_whenever_it_was_copied(reader: AzureReader) -> None:
    for at, cost in (("2026-11-03T06:00:00Z", "3"), ("2026-11-09T06:00:00Z", "9"), ("2026-11-05T06:00:00Z", "5")):
        reader.export("2026-11", bill("2026-11", {"2026-11-02": cost}), at=at)
        reader.read()
    assert reader.cost == {"11": Decimal(9)}


def test_exports_of_other_things_and_of_other_accounts_lie_beside_it(reader: AzureReader) -> None:
    at = "2026-11-03T06:00:00Z"
    reader.export("2026-11", b"a,b\n1,2\n", at=at, name="prices", kind="PriceSheet")
    for account, cost in (("one", "1"), ("two", "2")):
        reader.export("2026-11", bill("2026-11", {"2026-11-02": cost}, account), at=at, name=account)
    reader.bucket.put("costs/once/20261115-20261130/run/manifest.json", b"{")
    assert [delivery.kept for delivery in reader.read()] == [2]
    assert reader.cost == {"11": Decimal(3)}


def test_a_run_whose_file_is_missing_publishes_nothing_and_an_unknown_manifest_is_named(reader: AzureReader) -> None:
    reader.export("2026-11", bill("2026-11", {"2026-11-02": "1"}), at="2026-11-03T06:00:00Z")
    reader.read()
    run = reader.export("2026-11", bill("2026-11", {"2026-11-02": "4"}), at="2026-11-04T06:00:00Z")
    reader.bucket.drop(f"{run}/part_0_0001.csv")
    with pytest.raises(SourceAway, match=r"manifest\.json names .*part_0_0001\.csv, which is not there"):
        reader.read()
    reader.bucket.put(f"{run}/manifest.json", b'{"blobs": [{"name": "x"}]}')
    with pytest.raises(SourceChanged, match=rf"{run}/manifest\.json .* blobs\.0\.blobName: missing"):
        reader.read()
    assert reader.cost == {"11": Decimal(1)}


def test_the_key_of_the_account_does_as_well(reader: AzureReader) -> None:
    reader.export("2026-11", bill("2026-11", {"2026-11-02": "1"}), at="2026-11-03T06:00:00Z")
    reader.read(reader.bucket.source(key=SecretStr(Azure.key)))
    assert reader.cost == {"11": Decimal(1)}


WRONG = "d3JvbmcgYnV0IHdlbGwgZm9ybWVk"


@pytest.mark.parametrize(
    ("settings", "error", "said"),
    [
        ({"key": SecretStr(WRONG)}, SourceRefused, "refuses the key to list"),
        ({"key": SecretStr(f"sv=2020-12-06&sr=c&sp=rl&se=2099-01-01&sig={WRONG}")}, SourceRefused, "refuses the key"),
        ({"key": SecretStr(f"sv=2020&sig={WRONG}&x")}, SourceRefused, "key"),
        ({"key": SecretStr(f"no key: {WRONG}")}, SourceRefused, "key"),
        ({"bucket": "nobody-has-it", "key": SecretStr(Azure.key)}, SourceRefused, "is not there"),
    ],
    ids=["key", "signature", "half a signature", "no key", "container"],
)
def test_what_cannot_be_listed_is_told_without_the_key(
    reader: AzureReader, settings: dict[str, object], error: type[SourceError], said: str
) -> None:
    source = reader.bucket.source(**settings)
    with pytest.raises(error, match=said) as raised:
        reader.read(source)
    told = "".join(traceback.format_exception(raised.value))
    shown = f"{told}{raised.value!r}{source!r}{source.model_dump_json()}{source.web()!r}"
    assert [secret for secret in (WRONG, Azure.key, "sig=") if secret in shown] == []


def test_a_signature_that_is_over_is_refused(reader: AzureReader) -> None:
    over = SecretStr(reader.bucket.signature("rl", until="2020-01-01T00:00:00Z"))
    with pytest.raises(SourceRefused, match="refuses the key"):
        reader.read(reader.bucket.source(key=over))
