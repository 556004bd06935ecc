"""Federations in the API."""
