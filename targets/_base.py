"""What a target is: its settings, and a way to set a monthly limit there and to read it back."""

from __future__ import annotations

from abc import ABC, abstractmethod

from finops.money import Money
from web.access import Access
from web.client import Web


class Target(Access, ABC):
    """Who obeys us. The fields are the settings below `targets:` in config.yaml."""

    @abstractmethod
    def apply(self, web: Web, id: str, limit: Money) -> None:
        """Set the absolute limit of a calendar month; TargetError or SourceError if it is not taken."""

    @abstractmethod
    def read_back(self, web: Web, id: str) -> Money | None:
        """The limit that is held now (None: none); TargetError if *id* is unknown there, SourceError if it fails."""
