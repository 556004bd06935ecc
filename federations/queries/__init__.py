"""Reads of federations."""
