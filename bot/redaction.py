"""Logs without secrets: whatever looks like a token or a key is blotted out before a line is written."""

from __future__ import annotations

import logging
import re
import sys
import threading
from types import TracebackType

_SECRETS = re.compile(
    r"(?P<slack>\bx(?:ox[a-z]|app)-[\w-]{6,})"
    r"|(?P<key>\bsk-[\w-]{8,})"
    r"|(?P<bearer>(?<=Bearer )[^\s'\",]+)"
    r"|(?P<hook>(?<=/commands/)[\w/-]{12,}|(?<=/actions/)[\w/-]{12,})"
    r"|(?P<login>(?<=://)[^/\s:@]+:[^/\s@]+(?=@))"
)


def blotted(text: str) -> str:
    """*text* with every secret in it replaced by `***`."""
    return _SECRETS.sub("***", text)


class Blotting(logging.Formatter):
    """Formats a record, its trace included, and blots out the secrets."""

    def format(self, record: logging.LogRecord) -> str:
        """The line as it may be written."""
        return blotted(super().format(record))


def logging_to_stderr(level: int = logging.INFO) -> None:
    """Send all logs to standard error, blotted; Slack's chatter only from warnings on."""
    to_stderr = logging.StreamHandler()
    to_stderr.setFormatter(Blotting("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[to_stderr], force=True)
    for name in ("slack_bolt", "slack_sdk", "waitress", "alembic", "matplotlib", "httpx"):
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a tick that is skipped while work goes on is no news


def complaining() -> None:
    """Log what nobody catches, in any thread, blotted as everything else."""
    sys.excepthook = _complaint
    threading.excepthook = lambda said: _complaint(said.exc_type, said.exc_value, said.exc_traceback)


def _complaint(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    logging.getLogger("tuppence").critical("bug", exc_info=(kind, error or kind(), trace))
