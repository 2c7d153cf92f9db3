"""What is written in config.yaml and in the environment is taken, or refused by name."""

from pathlib import Path

import pytest

from bot.settings import loaded
from finops.errors import BadConfig


def test_a_fresh_home_needs_no_file(tmp_path: Path) -> None:
    assert loaded(tmp_path, {}).database_url == f"sqlite:///{tmp_path}/tuppence.sqlite"


def test_an_empty_section_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("slack:\n")
    assert loaded(tmp_path, {"SLACK_BOT_TOKEN": "xoxb-1"}).slack.bot_token.get_secret_value() == "xoxb-1"


@pytest.mark.parametrize(
    ("written", "named"),
    [("slack: [1]", "line 1: slack"), ("home: /x", "--home"), ("1: 2", "string"), ("door:\n  port: x", "line 2: door"),
     ("company: {currency: dollars}", "company.currency"), ("targets: {x: {key: 'env:NOWHERE'}}", "NOWHERE")],
)  # fmt: skip
def test_what_does_not_fit_is_named(tmp_path: Path, written: str, named: str) -> None:
    (tmp_path / "config.yaml").write_text(written)
    with pytest.raises(BadConfig, match=named):
        loaded(tmp_path, {})


def test_the_database_address_may_lie_in_a_file_of_its_owner(tmp_path: Path) -> None:
    secret = tmp_path / "address"
    secret.write_text("postgresql://db/tuppence\n")
    secret.chmod(0o644)
    with pytest.raises(BadConfig, match="chmod 600"):
        loaded(tmp_path, {"DATABASE_URL_FILE": str(secret)})
    secret.chmod(0o600)
    assert loaded(tmp_path, {"DATABASE_URL_FILE": str(secret)}).database_url == "postgresql://db/tuppence"
