"""AWS Cost Explorer: what AWS charges by day and service, without an export of one's own; each question costs money."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, Field, SecretStr

from finops.batch import Batch, Dataset, Format
from finops.errors import SourceAway, SourceError, SourceRefused
from finops.period import Period
from sources._base import ApiSource, alike, written
from sources._fields import Currency, Day, Money, Quantity, Text
from sources._row_check import RowCheck
from web.access import Address
from web.client import Web
from web.pages import rows
from web.sigv4 import SigV4
from web.tokens import by_token

_METRICS = ("UnblendedCost", "AmortizedCost", "UsageQuantity")
_NEEDED = ("day_start", "service", "billed_cost", "effective_cost", "currency", "category", "charge_category")
_KNOWN = ("sub_account", "sku", "sku_meter", "description", "tags", "consumed_quantity", "consumed_unit")
_COLUMNS = alike(_NEEDED, _KNOWN)
_AI = ("bedrock", "sagemaker", "amazon q", "comprehend", "rekognition", "textract", "transcribe", "polly", "translate")
_REFUSED = ("ExpiredTokenException", "ExpiredToken", "UnrecognizedClientException", "InvalidClientTokenId",
            "InvalidSignatureException", "SignatureDoesNotMatch", "IncompleteSignatureException", "IncompleteSignature",
            "MissingAuthenticationTokenException", "MissingAuthenticationToken", "AccessDeniedException",
            "NotAuthorized", "OptInRequired")  # fmt: skip
_AWAY = ("ThrottlingException", "Throttling", "LimitExceededException", "TooManyRequestsException",
         "RequestLimitExceeded", "ServiceUnavailable", "InternalFailure")  # fmt: skip


class AwsCostExplorer(ApiSource):
    """AWS Cost Explorer, where no FOCUS export is set up: unblended cost (billed) and amortized cost (effective) a day,
    by service and *by* one thing more (`usage_type`, `linked_account`, `region`, `operation`) or, with *tag*, by a cost
    allocation tag. Credits and refunds are in its sums, list prices are not; tokens are, where the usage is counted in
    them. **Each question costs $0.01**, each further page and each further try too, so it is asked twice a day at most,
    once before and once after noon (UTC), at `tuppence collect` too; `/finops sources` and `tuppence doctor` say how
    many questions it was asked this month. *access_key_id* and *key* (its secret) of an IAM user, with *session_token*
    if they are temporary, which then expire: in the management account open Billing and Cost Management, Cost Explorer,
    and enable it (a day later it answers); then IAM, Policies, Create policy with the one action `ce:GetCostAndUsage`;
    IAM, Users, Create user with that policy; the user's Security credentials, Create access key. Delay: a day, and a
    month is corrected until its bill is final, so 35 days are read again. Limits: 14 months back. Beside a
    FOCUS export of AWS the one that knows more days of a month counts, and they are never added."""

    name: ClassVar[str] = "AWS Cost Explorer"
    settles_after: ClassVar[int] = 35
    charged: ClassVar[bool] = True
    price: ClassVar[Decimal] = Decimal("0.01")
    words: ClassVar[Mapping[str, type[SourceError]]] = {
        **dict.fromkeys(_REFUSED, SourceRefused), **dict.fromkeys(_AWAY, SourceAway)}  # fmt: skip
    base_url: Address = "https://ce.us-east-1.amazonaws.com"
    region: str = Field(default="us-east-1", pattern=r"^[a-z0-9-]+$")
    access_key_id: str = Field(pattern=r"^[A-Za-z0-9_]+$")
    session_token: SecretStr = SecretStr("")
    by: Literal["usage_type", "linked_account", "region", "operation"] = "usage_type"
    tag: str = ""

    @property
    def headers(self) -> Mapping[str, str]:
        """What is asked, and how it is written; the key only signs."""
        return {"Content-Type": "application/x-amz-json-1.1",
                "X-Amz-Target": "AWSInsightsIndexService.GetCostAndUsage"}  # fmt: skip

    def signs(self, clock: Callable[[], float]) -> SigV4:
        """The signature that AWS wants."""
        return SigV4(self.access_key_id, self.key.get_secret_value(), self.region, "ce", clock=clock,
                     token=self.session_token.get_secret_value())  # fmt: skip

    def fetch(self, web: Web, period: Period, into: Path) -> Iterator[Batch]:
        """The charges of *period*, in one batch."""
        check = RowCheck(web, into / "aws-cost-explorer.jsonl.gz")
        file = written(self._charges(web, period, check), check.file)
        yield Batch("aws_cost_explorer", Dataset.CHARGES, Format.JSONL, (file,), _COLUMNS, ("provider",),
                    {"provider": "AWS"}, covers=period, rejected=check.rejected)  # fmt: skip

    def _charges(self, web: Web, period: Period, check: RowCheck) -> Iterator[dict[str, Any]]:
        second = {"Type": "TAG", "Key": self.tag} if self.tag else {"Type": "DIMENSION", "Key": self.by.upper()}
        asked = {"TimePeriod": {"Start": str(period.start), "End": str(period.end)}, "Granularity": "DAILY",
                 "Metrics": list(_METRICS), "GroupBy": [{"Type": "DIMENSION", "Key": "SERVICE"}, second]}  # fmt: skip
        pages = by_token(web, lambda token: web.ask("", asked | ({"NextPageToken": token} if token else {})),
                         lambda page: page.get("NextPageToken"))  # fmt: skip
        days, place = (row for page in pages for row in rows(web, page, "ResultsByTime")), 0
        for number, told in check.numbered(_Day, days, "ResultsByTime"):
            day = told.span.start
            if not told.groups or not check.asked(day, period, number, "TimePeriod.Start", "ResultsByTime"):
                continue
            for row in told.groups:
                place += 1
                group = check.fit(_Group, row, place, "Groups")
                if group is not None:
                    yield self._charge(day, group)

    def _charge(self, day: date, group: _Group) -> dict[str, Any]:
        service, other = group.keys
        used, costs = group.metrics.used, group.metrics
        counted = used.unit not in ("", "N/A")
        return {"day_start": day.isoformat(), "service": service, "category": _category(service),
                "charge_category": "Tax" if service == "Tax" else "Usage", "billed_cost": costs.unblended.amount,
                "effective_cost": costs.amortized.amount, "currency": costs.unblended.unit,
                "consumed_quantity": used.amount if counted else None, "consumed_unit": used.unit if counted else None,
                "description": service, **self._told(other)}  # fmt: skip

    def _told(self, other: str) -> dict[str, Any]:
        """What the second group of a charge says; a tag is written `name$value`, and `name$` where there is none."""
        if self.tag:
            return {"tags": {self.tag: other.partition("$")[2]}}
        return {"sub_account": other} if self.by == "linked_account" else {"sku": other, "sku_meter": other}


class _Amount(BaseModel):
    amount: Money = Field(alias="Amount")
    unit: Currency = Field(alias="Unit")


class _Usage(BaseModel):
    amount: Quantity = Field(alias="Amount")
    unit: Text = Field(alias="Unit")


class _Metrics(BaseModel):
    unblended: _Amount = Field(alias="UnblendedCost")
    amortized: _Amount = Field(alias="AmortizedCost")
    used: _Usage = Field(alias="UsageQuantity")


class _Group(BaseModel):
    keys: tuple[Text, Text] = Field(alias="Keys")
    metrics: _Metrics = Field(alias="Metrics")


class _Span(BaseModel):
    start: Day = Field(alias="Start")


class _Day(BaseModel):
    span: _Span = Field(alias="TimePeriod")
    groups: list[Any] = Field(alias="Groups")


def _category(service: str) -> str:
    """AWS names none here; others' models are services of their own, such as “Claude (Amazon Bedrock Edition)”."""
    return "AI and Machine Learning" if any(name in service.lower() for name in _AI) else "Other"
