"""Our errors, sorted by what to do about them; their texts are fit for a person.

FinopsError
├─ Unclear, NotAllowed      tell whoever asked, privately, with an example that works
├─ Late                     somebody was faster: say who, show how it stands
├─ SourceError
│  ├─ SourceRefused         the key must change: tell the operators once
│  ├─ SourceAway            try again next run; say once when it starts and once when it ends
│  └─ SourceChanged         the provider changed its answer: tell the operators once
├─ TargetError              a limit was not applied as approved: loud, with both values
├─ BadFile                  the file is refused as a whole, with the reason
└─ BadConfig                stop at start, name the setting
"""

from __future__ import annotations


class FinopsError(Exception):
    """The text of every error of ours can be shown to a person as it is; *example* works when typed."""

    example = ""


class Unclear(FinopsError):
    """The words could not be understood; *field* names the argument at fault, *example* works when typed."""

    def __init__(self, text: str, *, example: str = "", field: str = "") -> None:
        super().__init__(text)
        self.example = example
        self.field = field


class NotAllowed(FinopsError):
    """The person may not do this, or not here; the text says who could, or where; *waiting* are the ids of those that
    it waits for."""

    def __init__(self, text: str, *, example: str = "", waiting: tuple[str, ...] = ()) -> None:
        super().__init__(text)
        self.example = example
        self.waiting = waiting


class Late(FinopsError):
    """The subject has moved on since it was seen; *subject* is to be shown as it stands."""

    def __init__(self, text: str, *, subject: str) -> None:
        super().__init__(text)
        self.subject = subject


class SourceError(FinopsError):
    """A source could not be read."""


class SourceRefused(SourceError):
    """The source refuses our key: a person must change it."""


class SourceAway(SourceError):
    """The source does not answer now; the next run tries again."""


class SourceChanged(SourceError):
    """The source answers in a shape we do not know."""


class TargetError(FinopsError):
    """A limit at a target is not what was approved."""


class BadFile(FinopsError):
    """The file is refused as a whole; nothing of it was kept."""


class BadConfig(FinopsError):
    """The configuration is wrong; the text names the setting."""
