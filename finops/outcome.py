"""Outcomes: what became of an AI request, as people and programs tell it afterwards."""

from enum import StrEnum


class Outcome(StrEnum):
    """The types that we know; whatever else is told is kept in its own words, as unknown."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    COPY = "copy"
    REGENERATE = "regenerate"
    RESULT_FETCHED = "result_fetched"
    THUMBS_UP = "thumbs_up"
    THUMBS_DOWN = "thumbs_down"
    VALIDATION_FAILED = "validation_failed"
    PR_MERGED = "pr_merged"
    PR_CLOSED_UNMERGED = "pr_closed_unmerged"
    UNKNOWN = "unknown"
