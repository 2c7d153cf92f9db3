"""BigQuery's FOCUS table: golden figures, what Google's own errors mean, and the token of a service account."""

import base64
import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
import sqlglot
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from pydantic import SecretStr, ValidationError

from finops.errors import SourceAway, SourceChanged, SourceError, SourceRefused
from finops.period import Period
from finops.question import Dimension, Measure, Question
from sources.bigquery_focus import BigQueryFocus
from tests.answering import Answering, Says
from tests.sources.conftest import Reading, recordings
from tests.storage.facts.conftest import House
from web.client import ATTEMPTS

[RECORDED] = [each for each in recordings() if each.name.startswith("bigquery_focus")]
TABLE, POSTED, *_ = (each["answer"] for each in RECORDED.exchanges)
DAY = Period(date(2026, 11, 1), date(2026, 11, 2))
NOW = 1_795_500_000.0
TOKEN = "ya29.planted-token"


@pytest.fixture(scope="module")
def private() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture
def reading(server: Answering, tmp_path: Path) -> Reading:
    return Reading(RECORDED, server, tmp_path / "pages")


def account(private: rsa.RSAPrivateKey, server: Answering) -> str:
    pem = private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                serialization.NoEncryption())  # fmt: skip
    return json.dumps({"type": "service_account", "client_email": "tuppence@payer.iam", "private_key": pem.decode(),
                       "private_key_id": "k1", "token_uri": f"{server.address}/token"})  # fmt: skip


def source(server: Answering, key: str = "") -> BigQueryFocus:
    server.asked.clear()
    return BigQueryFocus(base_url=server.address, table="p.d.t", service_account=SecretStr(key))


def signing(says: Says) -> Any:
    """A server that gives *says* where a token is asked for, and else what was recorded."""
    return lambda asked: says if asked.path == "/token" else RECORDED.answer(asked)


def test_its_figures_are_exact_and_its_labels_are_tags(reading: Reading, house: House) -> None:
    for batch in reading.batches():
        house.publish(batch)

    def sums(measure: Measure, by: Dimension) -> dict[str, Decimal]:
        rows = house.ledger.answer(Question((measure,), RECORDED.period, by=(by,))).rows
        return {row.name: row.values[measure] for row in rows if row.values[measure]}

    assert sums(Measure.COST, Dimension.SERVICE) == {
        "Vertex AI": Decimal("12.445678901234"), "Support": Decimal("-0.05")}  # fmt: skip
    assert sums(Measure.COST, Dimension.TEAM)["search"] == Decimal("12.345678901234")
    assert sums(Measure.TOKENS, Dimension.SERVICE) == {"Vertex AI": 1_002_000}
    [feed] = house.ledger.freshness()
    assert feed.feed == "bigquery_focus/Google Cloud/010101-F0FFF0"


def test_it_is_summed_there_exactly_and_by_no_column_that_is_not_known(reading: Reading) -> None:
    list(reading.batches())
    query = next(json.loads(asked.body)["query"] for asked in reading.server.asked if asked.body)
    assert "CAST(SUM(CAST(CAST(`BilledCost` AS STRING) AS BIGNUMERIC)) AS STRING) AS `billed_cost`" in query
    assert "TO_JSON_STRING(`Tags`) AS `tags`" in query
    assert "WHERE DATE(`ChargePeriodStart`) >= @start AND DATE(`ChargePeriodStart`) < @end GROUP BY 1, 2, " in query
    assert "Credits" not in query
    parsed = sqlglot.parse_one(query, read="bigquery")
    assert len(parsed.args["group"].expressions) == len(parsed.selects) - 4  # three costs and a quantity are summed


def test_a_table_without_a_mandatory_column_is_named(server: Answering, tmp_path: Path) -> None:
    fields = [each for each in TABLE["schema"]["fields"] if each["name"] != "EffectiveCost"]
    server.says(Says({"schema": {"fields": fields}}))
    with pytest.raises(SourceChanged, match="has no column EffectiveCost"):
        list(source(server).fetch(source(server).web(), DAY, tmp_path))


@pytest.mark.parametrize("table", ["t", "d.t", "p.d.t`; DROP", "p.d.t x", "p..t"])
def test_a_table_that_is_none_is_refused(server: Answering, table: str) -> None:
    with pytest.raises(ValidationError):
        BigQueryFocus(base_url=server.address, table=table)


@pytest.mark.parametrize(
    ("status", "reason", "error", "asked"),
    [
        (403, "rateLimitExceeded", SourceAway, ATTEMPTS),
        (403, "quotaExceeded", SourceAway, ATTEMPTS),
        (403, "accessDenied", SourceRefused, 1),
        (403, "billingNotEnabled", SourceRefused, 1),
        (400, "invalidQuery", SourceChanged, 1),
        (404, "notFound", SourceChanged, 1),
    ],
)
def test_what_google_gives_as_its_reason_decides(
    server: Answering, tmp_path: Path, status: int, reason: str, error: type[SourceError], asked: int
) -> None:
    told = {"code": status, "message": "no", "errors": [{"reason": reason, "domain": "global"}], "status": "X"}
    server.says(Says({"error": told}, status))
    with pytest.raises(error):
        list(source(server).fetch(source(server).web(sleep=lambda _: None), DAY, tmp_path))
    assert len(server.asked) == asked


def test_a_question_that_is_never_answered_is_given_up(server: Answering, tmp_path: Path) -> None:
    server.chosen = lambda asked: Says(TABLE if asked.path.endswith("/t") else POSTED)
    with pytest.raises(SourceAway, match="after 10 minutes"):
        list(source(server).fetch(source(server).web(), DAY, tmp_path))
    assert len(server.asked) < 40


def test_no_rows_are_no_charges(server: Answering, tmp_path: Path) -> None:
    none = POSTED | {"jobComplete": True, "totalRows": "0"}
    server.chosen = lambda asked: Says(TABLE if asked.path.endswith("/t") else none)
    [batch] = source(server).fetch(source(server).web(), DAY, tmp_path)
    assert (batch.covers, batch.withdraws) == (DAY, True)


def test_the_key_signs_for_a_token_that_is_used_until_it_ends(
    server: Answering, tmp_path: Path, private: rsa.RSAPrivateKey
) -> None:
    server.chosen = signing(Says({"access_token": TOKEN, "expires_in": 3600, "token_type": "Bearer"}))
    times, key = [NOW], account(private, server)
    made = source(server, key).model_copy(update=RECORDED.settings)
    web = made.web(clock=lambda: times[0])
    for times[0], tokens in ((NOW, 1), (NOW + 3000, 1), (NOW + 3590, 2)):
        list(made.fetch(web, RECORDED.period, tmp_path))
        assert [asked.path for asked in server.asked].count("/token") == tokens
    [asked, *_] = [each for each in server.asked if each.path == "/token"]
    assert {each.headers["Authorization"] for each in server.asked if each.path != "/token"} == {f"Bearer {TOKEN}"}
    form = parse_qs(asked.body.decode())
    assert form["grant_type"] == ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
    assert "Authorization" not in asked.headers
    signed, _, signature = form["assertion"][0].rpartition(".")
    private.public_key().verify(_read(signature), signed.encode(), padding.PKCS1v15(), hashes.SHA256())
    head, claims = (json.loads(_read(part)) for part in signed.split("."))
    assert (head["alg"], head["kid"]) == ("RS256", "k1")
    assert claims == {"iss": "tuppence@payer.iam", "scope": "https://www.googleapis.com/auth/bigquery",
                      "aud": f"{server.address}/token", "iat": int(NOW), "exp": int(NOW) + 3600}  # fmt: skip


def _read(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


@pytest.mark.parametrize(
    ("says", "error"),
    [
        (Says({"error": "invalid_grant"}, 400), SourceRefused),
        (Says({}, 503), SourceAway),
        (Says({}, 429), SourceAway),
        (Says({"access_token": TOKEN}), SourceChanged),
        (Says([]), SourceChanged),
        (Says(b"<html>"), SourceChanged),
        (Says({"access_token": "a\nb", "expires_in": 1}), SourceChanged),
    ],
    ids=str,
)
def test_without_a_token_nothing_is_asked_and_the_key_is_not_told(
    server: Answering, tmp_path: Path, private: rsa.RSAPrivateKey, says: Says, error: type[SourceError]
) -> None:
    server.chosen = signing(says)
    made = source(server, account(private, server))
    with pytest.raises(error) as raised:
        list(made.fetch(made.web(sleep=lambda _: None), DAY, tmp_path))
    assert {asked.path for asked in server.asked} == {"/token"}
    assert "PRIVATE" not in f"{raised.value!r}{made!r}{made.model_dump_json()}{made.web()!r}"


@pytest.mark.parametrize("key", ["planted", '{"client_email": "planted", "private_key": "planted"}', "[]"])
def test_a_key_that_is_none_is_refused_at_start_and_not_repeated(server: Answering, key: str) -> None:
    with pytest.raises(ValidationError) as raised:
        source(server, key)
    first = raised.value.errors()[0]
    assert first["msg"] == "Value error, this is not the JSON key of a service account"
