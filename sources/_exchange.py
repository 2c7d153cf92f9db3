"""Rates of exchange from the file that the operator keeps, read again when it has changed."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from threading import Lock

from finops.errors import BadConfig
from finops.exchange import DatedRates, rates_in


@dataclass
class RatesFile:
    """The file at *path*; BadConfig says where it cannot be understood, at start or at the next reading."""

    path: Path
    _rates: DatedRates = field(default_factory=lambda: DatedRates({}), init=False)
    _seen: tuple[int, int] = field(default=(0, 0), init=False)
    _lock: Lock = field(default_factory=Lock, init=False, repr=False)

    def __post_init__(self) -> None:
        self._look()

    def rate(self, sold: str, bought: str, day: date) -> Decimal | None:
        """How many *bought* one *sold* is worth on *day*; None where the file does not say."""
        with self._lock:
            self._look()
            return self._rates.rate(sold, bought, day)

    def _look(self) -> None:
        try:
            stands = self.path.stat()
            if (stands.st_mtime_ns, stands.st_size) == self._seen:
                return
            with self.path.open(encoding="utf-8-sig", newline="") as lines:
                self._rates = rates_in(lines)
        except OSError as error:
            raise BadConfig(f"currency.rates: {self.path} cannot be read: {error.strerror}.") from None
        except ValueError as error:
            said = "it is not text in UTF-8" if isinstance(error, UnicodeDecodeError) else error
            raise BadConfig(f"currency.rates: {self.path}, {said}.") from None
        self._seen = (stands.st_mtime_ns, stands.st_size)
