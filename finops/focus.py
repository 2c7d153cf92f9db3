"""FOCUS as it is exported: the columns of each version, and the words that the specification allows in them."""

from __future__ import annotations

from enum import StrEnum


class Version(StrEnum):
    """The versions that can be written."""

    V1_2 = "1.2"
    V1_3 = "1.3"
    V1_4 = "1.4"


_ALWAYS = ("BilledCost", "BillingAccountId", "BillingAccountName", "BillingCurrency", "BillingPeriodEnd",
           "BillingPeriodStart", "ChargeCategory", "ChargeClass", "ChargeDescription", "ChargeFrequency",
           "InvoiceId", "ServiceSubcategory", "ChargePeriodEnd",
           "ChargePeriodStart", "ConsumedQuantity", "ConsumedUnit", "ContractedCost", "EffectiveCost",
           "InvoiceIssuerName", "ListCost", "PricingQuantity", "PricingUnit", "ServiceCategory", "ServiceName",
           "SubAccountId", "Tags")  # fmt: skip
_PROVIDERS = {
    Version.V1_2: ("ProviderName", "PublisherName"),
    Version.V1_3: ("ProviderName", "PublisherName", "ServiceProviderName", "HostProviderName"),
    Version.V1_4: ("ServiceProviderName", "HostProviderName"),
}
_OURS = ("x_ModelId", "x_TokenType", "x_ConsumedTokens", "x_PriceList", "x_TuppenceScope", "x_TuppenceCommitment",
         "x_TuppenceTier", "x_TuppenceTokenCost", "x_TuppenceProvider", "x_TuppenceAccount", "x_TuppenceService",
         "x_TuppenceCategory", "x_TuppenceChargeCategory")  # fmt: skip
_ALLOCATED = ("AllocatedMethodId", "AllocatedMethodDetails", "AllocatedResourceId", "AllocatedResourceName",
              "AllocatedTags")  # fmt: skip
NOTHING = "(none)"
"""What our own columns say where the fact says nothing and FOCUS wants a word."""
CHARGE_CATEGORIES = ("Usage", "Purchase", "Tax", "Credit", "Adjustment")
SERVICE_CATEGORIES = (
    "AI and Machine Learning", "Analytics", "Business Applications", "Compute", "Databases", "Developer Tools",
    "Identity", "Integration", "Internet of Things", "Management and Governance", "Media", "Migration", "Mobile",
    "Multicloud", "Networking", "Other", "Security", "Storage", "Web",
)  # fmt: skip


def columns(version: Version) -> tuple[str, ...]:
    """The names of an export's columns, in order."""
    return (*_ALWAYS, *_PROVIDERS[version], *(_ALLOCATED if allocates(version) else ()), *_OURS)


def allocates(version: Version) -> bool:
    """Whether it has columns for what was split among several."""
    return version is not Version.V1_2
