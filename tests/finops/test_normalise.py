import json

import pytest

from finops.charge import Labels, Scope, TokenClass
from finops.normalise import Owners, Raw, labels, model_name

NOBODY = Owners()
OWNERS = Owners(
    teams={"proj_a": "search", "triage-key": "support", "faq-bot": "support", "CC-77": "marketing"},
    models={"our-large": "claude-opus-4-6", "anthropic/opus": "claude-opus-4-6"},
    datacenters=frozenset({"Frankfurt Hall"}),
)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("anthropic/claude-opus-4-6", "claude-opus-4-6"),
        ("openrouter/anthropic/claude-opus-4-6", "claude-opus-4-6"),
        ("us.anthropic.claude-sonnet-4-5-20250929-v1:0", "claude-sonnet-4-5-20250929"),
        ("anthropic.claude-3-haiku-20240307-v1:0", "claude-3-haiku-20240307"),
        ("models/gemini-2.5-pro", "gemini-2.5-pro"),
        ("claude-opus-4@20250514", "claude-opus-4-20250514"),
        (" GPT-4o ", "gpt-4o"),
        ("Auto: Claude Haiku 4.5", "claude-haiku-4.5"),
        ("Auto: our-large", "claude-opus-4-6"),
        ("gpt-4.1-mini", "gpt-4.1-mini"),
        ("ft:gpt-4o:brightwater::a1", "ft:gpt-4o:brightwater::a1"),
        ("our-large", "claude-opus-4-6"),
        ("Anthropic/Opus", "claude-opus-4-6"),
        ("", ""),
    ],
)
def test_a_model_has_one_name(text: str, name: str) -> None:
    assert model_name(text, OWNERS) == name


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (Raw(token_type="CacheRead"), TokenClass.CACHE_READ),
        (Raw(token_type="cache_write_1h"), TokenClass.CACHE_WRITE_1H),
        (Raw(token_type="cache write 5m"), TokenClass.CACHE_WRITE),
        (Raw(token_type="reasoning output"), TokenClass.REASONING),
        (Raw(token_type="audio_input"), TokenClass.AUDIO_INPUT),
        (Raw(token_type="output audio tokens"), TokenClass.AUDIO_OUTPUT),
        (Raw(token_type="cached audio input"), TokenClass.CACHE_READ),
        (Raw(token_type="Image Input"), TokenClass.IMAGE_INPUT),
        (Raw(token_type="image output tokens"), TokenClass.IMAGE_OUTPUT),
        (Raw(token_type="uncached_input"), TokenClass.UNCACHED_INPUT),
        (Raw(sku_meter="Cache Write Input Tokens", consumed_unit="1M Tokens"), TokenClass.CACHE_WRITE),
        (Raw(sku_meter="Input", consumed_unit="1000 Tokens"), TokenClass.UNCACHED_INPUT),
        (Raw(sku_details='{"x_TokenType": "Output"}', consumed_unit="Tokens"), TokenClass.OUTPUT),
        (Raw(sku_details='{"TokenType": "CacheWrite"}'), TokenClass.CACHE_WRITE),
        (Raw(sku="gpt-4o:Cached Input Tokens", consumed_unit="Tokens"), TokenClass.CACHE_READ),
        (Raw(description="gpt-4o Output Tokens", consumed_unit="Tokens"), TokenClass.OUTPUT),
        (Raw(description="gpt-4o, uncached input tokens"), TokenClass.UNCACHED_INPUT),
        (Raw(token_type="Input", consumed_unit="Images"), ""),
        (Raw(description="Token Purchase For Period 1", consumed_unit="Token"), ""),
        (Raw(description="Input queue operations"), ""),
        (Raw(sku_meter="Output", consumed_unit="Requests"), ""),
    ],
)
def test_the_class_of_tokens_is_read_where_tokens_are_counted(raw: Raw, kind: str) -> None:
    assert labels(raw, NOBODY).token_class == kind


@pytest.mark.parametrize(
    "raw",
    [
        Raw(model="gpt-4o"),
        Raw(sku="gpt-4o:Input Tokens", consumed_unit="Tokens"),
        Raw(sku_details='{"x_ModelId": "gpt-4o"}'),
        Raw(sku_details='{"ModelId": "openai/GPT-4o"}', sku="SKU-1:Input Tokens", consumed_unit="Tokens"),
        Raw(description="gpt-4o Cached Input Tokens", consumed_unit="Tokens"),
        Raw(description="gpt-4o, input tokens"),
    ],
)
def test_the_model_is_found_where_the_source_put_it(raw: Raw) -> None:
    assert labels(raw, NOBODY).model == "gpt-4o"


def test_a_sku_without_tokens_names_no_model() -> None:
    assert labels(Raw(sku="acme:Widgets", description="widget-9 executions"), NOBODY).model == ""


@pytest.mark.parametrize(
    "tags",
    [
        '{"Team": "search", "application": "rag", "Environment": "prod"}',
        '{"user:team": "search", "aws:app": "rag", "env": "prod"}',
        '["team:search", "app:rag", "env:prod"]',
        '[{"key": "owner", "value": "search"}, {"key": "app", "value": "rag"}, {"key": "stage", "value": "prod"}]',
    ],
)
def test_tags_say_team_app_and_environment(tags: str) -> None:
    found = labels(Raw(tags=tags), NOBODY)
    assert (found.team, found.app, found.env) == ("search", "rag", "prod")


@pytest.mark.parametrize("tags", ["NULL", "{", "[1, 2]", '{"team": null}', "3", '"x"', '{"team": ""}', "[[]]"])
def test_broken_tags_say_nothing_and_break_nothing(tags: str) -> None:
    assert labels(Raw(tags=tags), NOBODY) == Labels()


@pytest.mark.parametrize(
    ("raw", "team"),
    [
        (Raw(sub_account="proj_a"), "search"),
        (Raw(model="gpt-4o", resource="triage-key"), "support"),
        (Raw(tags='{"app": "faq-bot"}'), "support"),
        (Raw(tags='{"charged_to": "CC-77"}'), "marketing"),
        (Raw(tags='{"cost_center": "CC-77"}'), "marketing"),
        (Raw(tags='{"team": "data"}', sub_account="proj_a"), "data"),
        (Raw(sub_account="Some Account"), ""),
    ],
)
def test_the_team_is_tagged_or_ruled_and_never_guessed(raw: Raw, team: str) -> None:
    assert labels(raw, OWNERS).team == team


@pytest.mark.parametrize(
    ("raw", "scope"),
    [
        (Raw(category="AI and Machine Learning", service="Azure Machine Learning"), Scope.AI),
        (Raw(service="Amazon Bedrock"), Scope.AI),
        (Raw(service="GPU inference", category="Compute"), Scope.AI),
        (Raw(provider="GitHub", service="GitHub Models", model="gpt-4o"), Scope.AI),
        (Raw(provider="GitHub", service="GitHub Copilot", category="AI and Machine Learning"), Scope.SAAS),
        (Raw(provider="OpenAI", service="ChatGPT Enterprise", consumed_unit="Seats"), Scope.SAAS),
        (Raw(provider="Acme", category="Developer Tools"), Scope.SAAS),
        (Raw(provider="Acme", category="Productivity and Collaboration"), Scope.SAAS),
        (Raw(provider="Brightwater Data Center", category="Compute"), Scope.DATACENTER),
        (Raw(provider="Frankfurt Hall", category="Compute"), Scope.DATACENTER),
        (Raw(provider="AWS", service="Amazon S3", category="Storage"), Scope.CLOUD),
        (Raw(provider="AWS", service="Amazon SDCARD", category="Storage"), Scope.CLOUD),
    ],
)
def test_each_charge_has_one_scope(raw: Raw, scope: Scope) -> None:
    assert labels(raw, OWNERS).scope is scope


def test_a_key_is_only_what_calls_models() -> None:
    assert labels(Raw(resource="arn:vm/1", category="Compute"), NOBODY).key == ""
    assert labels(Raw(resource="key-7", model="gpt-4o"), NOBODY).key == "key-7"
    assert labels(Raw(resource="key-7", model="gpt-4o", tags=json.dumps({"key_alias": "ci"})), NOBODY).key == "ci"
