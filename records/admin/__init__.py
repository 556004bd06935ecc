"""The desk for records. Whose rows are whose is said by the roof (trackhub.desk); here stands what each table shows.

What the fold derives, what imports staged and what actions decide can only be looked at: each has a page of its own.
"""

from __future__ import annotations

from records.admin import athletes, books, claims, honours, imports, performances, standards

__all__ = ["athletes", "books", "claims", "honours", "imports", "performances", "standards"]
