"""Writes with consequences on the ground."""
