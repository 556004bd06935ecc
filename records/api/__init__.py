"""The records in JSON."""
