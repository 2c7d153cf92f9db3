"""At which tier a charge or an AI request was served, as their texts say; what is no AI has none."""

import pytest

from finops.charge import Scope
from finops.normalise import Owners, Raw
from finops.tiers import PROVISIONED, is_provisioned, of_charge


@pytest.mark.parametrize(
    ("raw", "tier"),
    [
        (Raw(sku_meter="Provisioned Managed Global Unit"), PROVISIONED),
        (Raw(description="Azure OpenAI - Provisioned-Managed, US East 2"), PROVISIONED),
        (Raw(sku="USE1-ClaudeInstant-ProvisionedThroughput-NoCommit-ModelUnits"), PROVISIONED),
        (Raw(description="Generative AI Scale Unit, 1 month"), PROVISIONED),
        (Raw(sku_details='{"x_units": "50 PTUs"}'), PROVISIONED),
        (Raw(sku_meter="gpt-4o Batch Input tokens"), "batch"),
        (Raw(sku="claude-haiku-4-5, output, batch, 0-200k"), "batch"),
        (Raw(sku_meter="gpt-5 Priority Output"), "priority"),
        (Raw(sku_meter="o3 flex input"), "flex"),
        (Raw(sku_meter="gpt-4o Input tokens", description="Throughput of the flexible, prioritised kind"), ""),
        (Raw(), ""),
    ],
)
def test_the_meter_of_a_charge_names_its_tier(raw: Raw, tier: str) -> None:
    assert of_charge(raw, Scope.AI) == tier


@pytest.mark.parametrize("scope", sorted({*Scope} - {Scope.AI}))
def test_what_is_no_ai_has_no_tier_whatever_its_meter_says(scope: Scope) -> None:
    assert of_charge(Raw(sku_meter="EFS Provisioned Throughput", description="AWS Batch"), scope) == ""


@pytest.mark.parametrize(
    ("model", "patterns", "provisioned"),
    [
        ("azure/gpt-4o-ptu", ("azure/*-ptu",), True),
        ("azure/gpt-4o-ptu", ("GPT-4o-PTU",), True),
        ("azure/gpt-4o", ("*-ptu", "gpt-4"), False),
        ("bedrock/arn:aws:bedrock:us-east-1:123456789012:provisioned-model/a1b2", (), True),
        ("gpt-4o-ptu", (), False),
        ("", ("azure/*",), False),
    ],
)
def test_an_operator_or_the_name_itself_says_that_a_deployment_is_provisioned(
    model: str, patterns: tuple[str, ...], provisioned: bool
) -> None:
    assert is_provisioned(model, Owners(provisioned=patterns)) is provisioned
