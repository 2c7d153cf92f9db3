"""Ingest: from the staged rows of a batch to facts that can be published."""
