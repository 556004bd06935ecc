"""Writes of federations."""
