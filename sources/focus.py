"""FOCUS files: cost and usage as clouds, SaaS and AI providers export it, versions 1.0 to 1.4."""

import re
from pathlib import Path
from typing import ClassVar

from finops.batch import Batch, Column, Dataset, Format
from finops.errors import BadFile
from sources._base import FileSource, Signature

_MANDATORY = {
    "day_start": ("ChargePeriodStart",),
    "provider": ("ProviderName", "ServiceProviderName", "HostProviderName", "PublisherName"),
    "account": ("BillingAccountId",),
    "service": ("ServiceName",),
    "charge_category": ("ChargeCategory",),
    "billed_cost": ("BilledCost",),
    "effective_cost": ("EffectiveCost",),
    "currency": ("BillingCurrency",),
}
_OPTIONAL = {
    "list_cost": ("ListCost",),
    "billed_from": ("BillingPeriodStart",),
    "sub_account": ("SubAccountId", "SubAccountName"),
    "category": ("ServiceCategory",),
    "charge_class": ("ChargeClass",),
    "sku": ("SkuId", "SkuPriceId"),
    "sku_meter": ("SkuMeter",),
    "sku_details": ("SkuPriceDetails", "x_SkuDetails", "x_sku_details"),
    "description": ("ChargeDescription",),
    "resource": ("ResourceId", "ResourceName"),
    "tags": ("Tags",),
    "consumed_quantity": ("ConsumedQuantity", "UsageQuantity"),
    "consumed_unit": ("ConsumedUnit", "UsageUnit"),
    "pricing_currency": ("PricingCurrency",),
    "commitment": ("CommitmentDiscountStatus", "x_TuppenceCommitment"),
    "model": ("x_model", "x_Model", "x_ai_model", "x_AIModel", "x_ModelId"),
    "token_type": ("x_token_type", "x_TokenType", "x_token_class"),
    "tokens": ("x_tokens", "x_token_count", "x_ConsumedTokens"),
    "price_list": ("x_PriceList",),
    "scope": ("x_TuppenceScope",),
    "tier": ("x_TuppenceTier",),
    "token_cost": ("x_TuppenceTokenCost",),
    "told_provider": ("x_TuppenceProvider",),
    "told_account": ("x_TuppenceAccount",),
    "told_service": ("x_TuppenceService",),
    "told_category": ("x_TuppenceCategory",),
    "told_charge_category": ("x_TuppenceChargeCategory",),
}


def _spelt(names: tuple[str, ...]) -> tuple[str, ...]:
    """*names*, and each as tools write it that have no capital letters (`billed_cost`)."""
    return (*names, *(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower() for name in names if name[:1].isupper()))


class Focus(FileSource):
    """FOCUS exports as CSV, CSV.gz or Parquet. They speak for the provider and billing account that each row names."""

    title: ClassVar[str] = "a FOCUS export"
    signatures: ClassVar[tuple[Signature, ...]] = (Signature(tuple(_spelt(names) for names in _MANDATORY.values())),)
    one_export: ClassVar[bool] = True

    def batch(self, files: tuple[Path, ...], form: Format | None = None) -> Batch:
        """One delivery of FOCUS files, all of one format."""
        columns = {name: Column(_spelt(names), mandatory=True) for name, names in _MANDATORY.items()}
        columns |= {name: Column(_spelt(names)) for name, names in _OPTIONAL.items()}
        form = form or _form(files)
        return Batch("focus", Dataset.CHARGES, form, files, columns, feed_by=("provider", "account"),
                     guarded=form is Format.CSV, by_unit=True)  # fmt: skip


def _form(files: tuple[Path, ...]) -> Format:
    parquet = {file.suffix.lower() == ".parquet" for file in files}
    if len(parquet) > 1:
        raise BadFile(MIXED)
    return Format.PARQUET if parquet == {True} else Format.CSV


MIXED = "Parquet and CSV files are no one delivery; import the ones, then the others."
