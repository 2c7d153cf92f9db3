"""The keys and tokens of this workspace: made at its first start and kept beside its state."""

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Identity:
    """Everything that must be known to get in."""

    page_key: str
    bot_token: str
    app_token: str
    signing_secret: str
    verification_token: str
    gateway_key: str


def kept(home: Path) -> Identity:
    """The identity of the workspace in this folder, made if it has none yet."""
    place = home / "keys.json"
    if not place.exists():
        write_private(place, json.dumps(asdict(_made())))
    return Identity(**json.loads(place.read_text()))


def write_private(place: Path, content: str) -> None:
    """Replace a file in one step, readable by its owner only."""
    fresh = place.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(content)
    fresh.replace(place)


def _made() -> Identity:
    return Identity(
        page_key=secrets.token_urlsafe(24),
        bot_token=f"xoxb-sandbox-{secrets.token_hex(16)}",
        app_token=f"xapp-sandbox-{secrets.token_hex(16)}",
        signing_secret=secrets.token_hex(16),
        verification_token=secrets.token_hex(12),
        gateway_key=f"sk-sandbox-{secrets.token_hex(16)}",
    )
