"""Anomalies: watched for, judged, told and looked after until they are over."""
