"""Writes with consequences: imports, corrections, merges, and the fold that keeps bests and records right."""
