"""Vendors: one name for whom bill and gateway call differently."""

from __future__ import annotations

_VENDORS = {
    "google": ("gemini", "google cloud", "google cloud platform", "gcp", "vertex_ai", "vertex ai", "google ai"),
    "aws": ("bedrock", "amazon", "amazon web services", "aws bedrock", "amazon bedrock"),
    "microsoft": ("azure", "azure_ai", "azure openai", "microsoft azure"),
}
_SAME = {name: vendor for vendor, names in _VENDORS.items() for name in names}


def vendor(provider: str) -> str:
    """Whom *provider* means, however bill or gateway call them."""
    plain = provider.strip().lower()
    return _SAME.get(plain, plain)
