"""google-auth lives in one file; the contracts cannot tell it from Google's other packages, so this does."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_only_one_file_of_web_imports_google_auth() -> None:
    named = re.compile(r"^\s*(?:from|import) google(?:\.(?:auth|oauth2)|\s+import\s+.*\b(?:auth|oauth2))\b", re.M)
    rooms = [folder.parent for folder in ROOT.glob("*/__init__.py") if folder.parent.name != "tests"]
    files = [file for room in rooms for file in room.rglob("*.py") if named.search(file.read_text())]
    assert [str(file.relative_to(ROOT)) for file in files] == ["web/google.py"]
