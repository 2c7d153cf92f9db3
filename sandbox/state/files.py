"""Uploaded files: asked for, sent, completed, scanned."""

import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from sandbox.state.shelf import Shelf

_MAGIC = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"%PDF": "application/pdf",
}


@dataclass(frozen=True)
class File:
    """One file; its type is unknown to everybody until `scanned_at`."""

    id: str
    name: str
    title: str
    length: int
    alt: str
    ticket: str
    sent: bool = False
    completed: bool = False
    scanned_at: float = 0.0
    true_type: str = ""
    channels: tuple[str, ...] = ()


class Files:
    """All files; their content lies beside the state."""

    def __init__(self, shelf: Shelf, folder: Path, clock: Callable[[], float]) -> None:
        folder.mkdir(exist_ok=True)
        self._shelf, self._folder, self._clock = shelf, folder, clock
        self._kept = {body["id"]: File(**body) for body in shelf.all("file")}

    def ask(self, name: str, length: int, alt: str) -> File:
        """Make room for a file that is about to be sent."""
        made = f"F{secrets.token_hex(5).upper()}"
        return self._keep(File(made, name, name, length, alt, secrets.token_urlsafe(24)))

    def receive(self, ticket: str, content: bytes) -> bool:
        """Take the bytes for an upload ticket; False if nobody waits for exactly these."""
        waiting = next((one for one in self._kept.values() if secrets.compare_digest(one.ticket, ticket)), None)
        if waiting is None or waiting.sent or len(content) != waiting.length:
            return False
        (self._folder / waiting.id).write_bytes(content)
        self._keep(replace(waiting, sent=True, true_type=_type_of(content)))
        return True

    def complete(self, file: File, title: str | None, channels: tuple[str, ...], delay: float) -> File:
        """Finish an upload; its type shows only after `delay` seconds."""
        scanned = self._clock() + delay
        named = title or file.title
        return self._keep(replace(file, completed=True, title=named, channels=channels, scanned_at=scanned))

    def one(self, name: str) -> File | None:
        """The file with this id, completed or not."""
        return self._kept.get(name)

    def mimetype(self, file: File) -> str:
        """The type Slack would tell by now; empty until the scan is done."""
        return file.true_type if file.completed and self._clock() >= file.scanned_at else ""

    def content(self, file: File) -> bytes:
        """The bytes of a file that was sent."""
        return (self._folder / file.id).read_bytes()

    def usable(self, picture: dict[str, Any]) -> bool:
        """Whether a `slack_file` object names a picture that can be shown already."""
        named = picture.get("id") or picture.get("url", "").rpartition("/files/")[2].partition("?")[0]
        file = self.one(named)
        return file is not None and self.mimetype(file).startswith("image/")

    def _keep(self, file: File) -> File:
        self._kept[file.id] = file
        self._shelf.put("file", file.id, asdict(file))
        return file


def _type_of(content: bytes) -> str:
    for magic, kind in _MAGIC.items():
        if content.startswith(magic):
            return kind
    try:
        content.decode()
    except UnicodeDecodeError:
        return "application/octet-stream"
    return "text/plain"
