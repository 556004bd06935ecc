"""Who may do what with records (design §4)."""

from __future__ import annotations
