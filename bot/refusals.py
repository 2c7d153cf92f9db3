"""What Slack says when it refuses, whatever shape its answer has."""

from __future__ import annotations

from slack_sdk.errors import SlackApiError, SlackClientError


def refusal(error: SlackClientError) -> str:
    """Slack's own word for why (`invalid_auth`), or `bad_answer` if it sent none."""
    response = error.response if isinstance(error, SlackApiError) else {}
    return str(response.get("error") or "bad_answer")
