"""The audit key: made on first start beside the state, for its owner alone; without it the chain cannot go on."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from finops.errors import BadConfig


def audit_key(file: Path, *, begun: bool) -> bytes:
    """The key in *file*, made if there is none; BadConfig if the chain has *begun* with a key that is gone."""
    if file.exists():
        return _kept(file)
    if begun:
        raise BadConfig(f"The audit chain cannot go on without its key {file}; put it back from your backup.")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _kept(file)
    except OSError as error:
        raise BadConfig(f"The audit key {file} cannot be made: {error.strerror}.") from None
    with os.fdopen(descriptor, "w") as made:
        made.write(secrets.token_hex(32))
    return _kept(file)


def _kept(file: Path) -> bytes:
    if file.stat().st_mode & 0o077:
        raise BadConfig(f"The audit key {file} can be read by others; run chmod 600 on it.")
    text = file.read_text().strip()
    if len(text) < 32:
        raise BadConfig(f"The audit key {file} is too short; it needs 32 characters or more.")
    return text.encode()
