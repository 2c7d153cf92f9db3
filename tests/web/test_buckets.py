"""Buckets, on moto's S3: all is listed, nothing is taken for what it was, and the environment is not asked."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from moto.core import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends

from finops.errors import SourceAway
from tests.sources.clouds import S3, moto

NAMES = map("bucket-{}".format, itertools.count())


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with moto() as listening:
        yield listening


@pytest.fixture
def s3(address: str) -> S3:
    return S3(address, next(NAMES))


def test_more_objects_than_a_page_holds_are_all_listed_in_order(s3: S3) -> None:
    backend = s3_backends[DEFAULT_ACCOUNT_ID]["aws"]
    for n in range(1005):
        backend.put_object(s3.bucket, f"costs/{n:05}.csv", b"")
    listed = s3.source().opened().listed("costs")
    assert [each.path for each in listed] == [f"costs/{n:05}.csv" for n in range(1005)]


@pytest.mark.parametrize(("prefix", "count"), [("", 3), ("a", 2), ("a/", 2), ("a/b", 1), ("a/b.csv", 0), ("c", 0)])
def test_a_prefix_is_a_folder(s3: S3, prefix: str, count: int) -> None:
    for path in ("a/b.csv", "a/b/c=1 %2F+ü.csv", "ab/c.csv"):
        s3.put(path, b"x")
    assert len(s3.source().opened().listed(prefix)) == count


def test_odd_names_and_large_objects_arrive_whole(s3: S3, tmp_path: Path) -> None:
    content = bytes(range(256)) * 16 * 1024
    s3.put("a/b=1 %2F+ü#?.csv", content)
    bucket = s3.source().opened()
    (stored,) = bucket.listed("")
    bucket.download(stored, tmp_path / "a")
    assert (stored.size, (tmp_path / "a").read_bytes()) == (len(content), content)


def test_an_object_that_is_replaced_or_gone_after_it_was_listed_is_not_read(s3: S3, tmp_path: Path) -> None:
    bucket = s3.source().opened()
    s3.put("a.csv", b"old")
    (stored,) = bucket.listed("")
    s3.put("a.csv", b"new")
    with pytest.raises(SourceAway, match=r"a\.csv is being written"):
        bucket.download(stored, tmp_path / "a")
    s3.drop("a.csv")
    with pytest.raises(SourceAway, match=r"gone when it was time to read a\.csv"):
        bucket.download(stored, tmp_path / "a")


def test_what_the_environment_says_of_aws_means_nothing(s3: S3, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ENDPOINT", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_VIRTUAL_HOSTED_STYLE_REQUEST", "true")
    s3.put("a.csv", b"x")
    assert len(s3.source().opened().listed("")) == 1
