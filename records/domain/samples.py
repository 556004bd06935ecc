"""Two rows for each kind of file, as an import understands them: what a registrar begins with.

Nobody is called so; the athletes' file, and after it each of the others, is taken in without a doubt.
"""

from __future__ import annotations

SAMPLES: dict[str, tuple[dict[str, str], ...]] = {
    "athletes": (
        {
            "external_id": "A1", "given_name": "Sam", "family_name": "Example", "sex": "M",
            "birth_date": "2001-05-31", "country": "GBR", "club_from": "2020-01-01", "claim": "first",
        },
        {
            "external_id": "A2", "given_name": "Ana", "family_name": "Muestra", "sex": "F",
            "birth_year": "2008", "country": "ESP", "claim": "second",
        },
    ),
    "performances": (
        {
            "external_id": "P1", "athlete_external_id": "A1", "given_name": "Sam", "family_name": "Example",
            "sex": "M", "birth_date": "2001-05-31", "discipline": "100", "mark": "10.85", "wind": "+1.2",
            "place": "1", "round": "final", "environment": "outdoor", "competition": "County Championships",
            "venue": "Portsmouth", "country": "GBR", "date": "2026-05-31", "field_size": "8",
        },
        {
            "external_id": "P2", "athlete_external_id": "A2", "given_name": "Ana", "family_name": "Muestra",
            "sex": "F", "birth_year": "2008", "discipline": "LJ", "mark": "5.62", "wind": "NWI", "place": "3",
            "environment": "indoor", "competition": "Winter Open", "venue": "Madrid", "country": "ESP",
            "date": "2026-02-14",
        },
    ),
    "records": (
        {
            "external_id": "R1", "discipline": "HJ", "sex": "F", "environment": "outdoor", "mark": "1.71",
            "holder": "Ann Elder", "date": "1978-07-02", "note": "County Championships",
        },
        {
            "external_id": "R2", "discipline": "100", "sex": "M", "environment": "outdoor", "mark": "10.9h",
            "timing": "hand", "holder": "Bert Veteran", "date": "1969",
        },
    ),
    "medals": (
        {
            "athlete_external_id": "A1", "given_name": "Sam", "family_name": "Example", "sex": "M",
            "birth_date": "2001-05-31", "discipline": "100", "place": "1", "competition": "County Championships",
            "date": "2026-05-31",
        },
        {
            "athlete_external_id": "A2", "given_name": "Ana", "family_name": "Muestra", "sex": "F",
            "birth_year": "2008", "discipline": "LJ", "place": "3", "competition": "Winter Open", "date": "2026-02-14",
        },
    ),
}  # fmt: skip
"""By kind of file the rows, by target; what a row doesn't say is left empty."""
