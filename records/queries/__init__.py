"""Reads that join tables for a page, a file or a command."""
