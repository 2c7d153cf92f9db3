"""Path rules: what no tag and no name gives a team belongs to the team of the first pattern that fits."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finops.normalise import Owners, Raw, labels

OWNERS = Owners(
    teams={"triage-key": "support"},
    paths={"projects/search-legacy*": "archive", "projects/search-*": "search", "arn:*:cluster/team-a/*": "team-a",
           "*/claude-*": "research", "faq-?": "support", "[": "never"},
)  # fmt: skip


@pytest.mark.parametrize(
    ("raw", "team"),
    [
        (Raw(resource="projects/search-prod"), "search"),
        (Raw(sub_account="Projects/Search-EU/models"), "search"),
        (Raw(resource="projects/search-legacy-2"), "archive"),
        (Raw(resource="arn:aws:bedrock:eu:1:cluster/team-a/x/y"), "team-a"),
        (Raw(resource="my-projects/search-prod"), ""),
        (Raw(model="anthropic/claude-opus-4-6", token_type="Output"), "research"),
        (Raw(tags='{"app": "faq-1"}'), "support"),
        (Raw(resource="faq-12"), ""),
        (Raw(resource="projects/search-prod", tags='{"team": "billing"}'), "billing"),
        (Raw(resource="triage-key", sub_account="projects/search-prod"), "support"),
        (Raw(), ""),
    ],
)
def test_the_first_pattern_that_fits_names_the_team_of_what_is_not_named_otherwise(raw: Raw, team: str) -> None:
    assert labels(raw, OWNERS).team == team


def test_the_written_order_decides() -> None:
    turned = Owners(paths=dict(reversed(OWNERS.paths.items())))
    assert labels(Raw(resource="projects/search-legacy-2"), turned).team == "search"


@settings(deadline=None)
@given(st.text(max_size=20), st.text(max_size=20))
def test_no_pattern_and_no_text_breaks_it(path: str, text: str) -> None:
    assert labels(Raw(resource=text), Owners(paths={path: "t"})).team in ("", "t")
