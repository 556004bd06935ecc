"""What the description of the API shows of the records. Those of requests are sent by a test, as they stand."""

from __future__ import annotations

from typing import Any

PERFORMANCE: dict[str, Any] = {
    "id": 9001,
    "athlete": {"id": 700_042, "name": "Sam Open"},
    "team": "",
    "club": "harbour",
    "discipline": "100",
    "sex": "M",
    "mark": {"value": 10_520, "unit": "ms", "text": "10.52"},
    "status": "valid",
    "wind": 1.4,
    "timing": "auto",
    "date": "2026-06-01",
    "date_precision": "day",
    "season": 2026,
    "facility": "outdoor",
    "round": "Final",
    "place": "2",
    "competition": "Harbour Open",
    "venue": "Portsmouth",
    "country": "GBR",
    "legal": True,
    "wind_aided": False,
    "pb": "PB",
    "sb": "SB",
}
NEW_VIDEO = {"address": "https://video.example.org/watch/100-final", "title": "The final, from the stand"}
VIDEO = {"id": 31} | NEW_VIDEO
DETAIL = PERFORMANCE | {
    "legs": [],
    "superseded_by": None,
    "annulled_because": "",
    "videos": [VIDEO],
    "why": [{"list": "Personal bests", "counts": True, "because": "It is a legal mark."}],
}
RANKED = PERFORMANCE | {"rank": 1, "age_grade": None}
ATHLETE = {
    "id": 700_042,
    "given_name": "Sam",
    "family_name": "Open",
    "sex": "M",
    "born": 1998,
    "country": "GBR",
    "clubs": ["harbour"],
    "url": "/athletes/700042-sam-open/",
}
BIOGRAPHY = {"biography": "Sam came to the sprints from football.\n\nCoached by the club since 2014."}
ATHLETE_DETAIL = ATHLETE | BIOGRAPHY
BEST = {"discipline": "100", "facility": "outdoor", "list": "legal", "performance": PERFORMANCE}
DISCIPLINE = {
    "code": "SP7.26",
    "sex": "M",
    "name": "Shot put 7.26 kg",
    "family": "throws",
    "measure": "distance",
    "distance_mm": None,
    "implement_g": 7260,
    "hurdle_mm": None,
    "legs": None,
}
BOOK = {
    "slug": "harbour",
    "name": "Harbour AC",
    "club": "harbour",
    "age_group_scheme": "wa",
    "policy": {
        "wind": "legal",
        "hand": "apart",
        "ties": "shared",
        "facilities": "apart",
        "inheritance": "own",
        "claims": "any",
    },
}
RECORD = {
    "book": "harbour",
    "discipline": "100",
    "sex": "M",
    "age_group": "",
    "facility": "outdoor",
    "timing": "",
    "mark": PERFORMANCE["mark"],
    "set_on": "2026-06-01",
    "until": None,
    "equal": False,
    "performance": 9001,
    "athlete": PERFORMANCE["athlete"],
    "holder": "Sam Open",
    "club": "harbour",
    "state": "ratified",
}
SEARCH = {
    "athletes": [],
    "clubs": [{"slug": "harbour", "name": "Harbour AC", "town": "Portsmouth", "country": "GBR"}],
    "disciplines": [],
    "books": [BOOK],
    "records": [RECORD],
    "competitions": [{"name": "Harbour Open", "first": "2019-06-02", "last": "2026-06-01"}],
}

ENTERED = {
    "athlete": 700_042,
    "discipline": "100",
    "mark": "10.52",
    "wind": "+1.4",
    "date": "2026-06-01",
    "competition": "Harbour Open",
    "venue": "Portsmouth",
    "round": "Final",
    "place": "2",
}
CORRECTED = {"because": "The photo finish was read again.", "mark": "10.53"}
REASON = {"because": "False start, seen on the video."}

NEW_CONSENT = {"athlete": 700_042, "purpose": "photo"}
_PHOTOS = {
    "purpose": "photo",
    "version": "2026-11",
    "words": "The club may publish photos and videos of me in competition on its pages.",
}
CONSENT = {
    "id": 14,
    "athlete": 700_042,
    **_PHOTOS,
    "given": "2026-11-20T09:00:00Z",
    "withdrawn": None,
    "by": "Sam Open",
}
VOICE = {
    "athlete": {"id": 700_042, "name": "Sam Open"},
    "purposes": [_PHOTOS | {"consent": 14}],
    "receipts": [CONSENT],
}
ERASURE = {"name": "Athlete KTRWXBQ", "files": 1, "rows": 12, "doubtful": ["legacyrecord 77"]}

IMPORT_ORDER = {
    "club": "harbour",
    "kind": "performances",
    "file": "family name,given name,sex,discipline,mark,wind,date\nOpen,Sam,M,100,10.52,+1.4,2026-06-01\n",
}
IMPORT_WORD = {"clean_only": True, "sure": False}
PEOPLE: dict[str, Any] = {"people": {}}
DOUBT = {"key": "open, sam|M||5", "name": "Sam Open", "born": "", "row": 2, "rows": 3, "candidates": [700_042]}
COLUMNS = {"columns": {"family_name": "family name", "sex": "sex"}}
IMPORT = {
    "id": 31,
    "kind": "performances",
    "state": "staged",
    "club": "harbour",
    "source": "harbour",
    "filename": "marks.csv",
    "received": "2026-11-20T09:00:00Z",
    "refusal": "",
    "reading": {},
    "result": {"rows": 1, "new": 1},
    "job": {"state": "done", "done": 1, "total": 1, "message": ""},
}
ISSUE = {
    "row": 7,
    "column": "mark",
    "code": "unreadable_mark",
    "message": "“1o.52” is not a mark.",
    "verdict": "refused",
}
