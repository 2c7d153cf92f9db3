"""Tiers: how a charge or an AI request was served, if not the standard way: in a batch, from provisioned capacity."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase

from finops.charge import Scope
from finops.normalise import Owners, Raw

PROVISIONED = "provisioned"
"""Served from capacity that is paid by the hour, used or not: PTUs of Azure, model units of Bedrock, GSUs of Google."""
_TIERS = (
    (PROVISIONED, re.compile(r"\bprovisioned (managed|throughput|units?)\b|\b(ptu|gsu|model unit|ai scale unit)s?\b")),
    ("batch", re.compile(r"\bbatch\b")),
    ("flex", re.compile(r"\bflex\b")),
    ("priority", re.compile(r"\bpriority\b")),
)
_OF_ITS_OWN = re.compile(r":provisioned-model/", re.IGNORECASE)
_HUMPS, _SEAMS = re.compile(r"(?<=[a-z])(?=[A-Z])"), re.compile(r"[^A-Za-z0-9]+")


def of_charge(raw: Raw, scope: str) -> str:
    """The tier that the meter of a charge names, empty for the standard one; only what is AI has any."""
    if scope != Scope.AI:
        return ""
    said = " ".join((raw.sku_meter, raw.sku, raw.sku_details, raw.description))
    words = _SEAMS.sub(" ", _HUMPS.sub(" ", said)).lower()
    return next((tier for tier, pattern in _TIERS if pattern.search(words)), "")


def is_provisioned(model: str, owners: Owners) -> bool:
    """Whether *model*, as a gateway names it, is a deployment of provisioned capacity: Bedrock's names say so, of
    others the operator does."""
    names = {model.lower(), model.lower().rpartition("/")[2]}
    told = any(fnmatchcase(name, pattern.lower()) for pattern in owners.provisioned for name in names)
    return told or _OF_ITS_OWN.search(model) is not None
