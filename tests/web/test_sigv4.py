"""Signatures for AWS are those that AWS's own signer makes, for whatever is asked."""

from datetime import UTC, datetime
from urllib.parse import quote

import httpx
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given, settings
from hypothesis import strategies as some

from web.sigv4 import SigV4

KEY_ID, SECRET, TOKEN = "AKIDPLANTED", "planted/Secret+0123456789", "planted-session-token=="
TEXT = some.text(some.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=12)
PATHS = some.lists(TEXT.filter(lambda step: step not in (".", "..")), max_size=4).map(
    lambda steps: "/" + "/".join(quote(step, safe="-_.~") for step in steps)
)
QUERIES = some.lists(some.tuples(TEXT.filter(bool), TEXT), max_size=4).map(
    lambda pairs: "&".join(f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in pairs)
)
HEADERS = some.dictionaries(
    some.sampled_from(["Content-Type", "X-Amz-Target", "X-Amz-Other"]),
    some.text("abcXYZ019 /.;=-", min_size=1, max_size=20).map(str.strip).filter(bool),
)
HOSTS = some.sampled_from(["https://ce.us-east-1.amazonaws.com", "http://127.0.0.1:8080", "https://host:443"])


def ours(request: httpx.Request, at: str, token: str) -> str:
    clock = datetime.strptime(at, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()
    signer = SigV4(KEY_ID, SECRET, "eu-west-1", "ce", clock=lambda: clock, token=token)
    return next(signer.auth_flow(request)).headers["Authorization"]


@settings(max_examples=200, deadline=None)
@given(
    some.sampled_from(["GET", "POST"]), HOSTS, PATHS, QUERIES, HEADERS, some.binary(max_size=40),
    some.sampled_from(["", TOKEN]),
)  # fmt: skip
def test_a_signature_is_what_the_signer_of_aws_makes(
    method: str, host: str, path: str, query: str, headers: dict[str, str], body: bytes, token: str
) -> None:
    url = f"{host}{path}{'?' if query else ''}{query}"
    theirs = AWSRequest(method, url, headers=dict(headers), data=body)
    SigV4Auth(Credentials(KEY_ID, SECRET, token or None), "ce", "eu-west-1").add_auth(theirs)
    signed = ours(httpx.Request(method, url, headers=headers, content=body), theirs.headers["X-Amz-Date"], token)
    assert signed == theirs.headers["Authorization"]


def test_the_secret_shows_neither_in_a_signer_nor_in_what_it_signed() -> None:
    signer = SigV4(KEY_ID, SECRET, "eu-west-1", "ce", clock=lambda: 0.0, token=TOKEN)
    request = next(signer.auth_flow(httpx.Request("POST", "https://host/", content=b"{}")))
    assert SECRET not in f"{signer!r} {request!r} {dict(request.headers)}"
    assert TOKEN not in f"{signer!r} {request!r}"
    assert request.headers["X-Amz-Security-Token"] == TOKEN
