"""The ground in JSON."""
