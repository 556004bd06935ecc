"""Who may do what by the API at the registrar's desk: claims, reports, policies, medals, who is who, ceremonies."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from records.actions.ceremonies import plan_ceremony, token_of
from records.actions.medals import enter_awards
from records.actions.merging import merge_athletes
from records.actions.proving import add_evidence
from records.actions.ratifying import decide_claims
from records.actions.undoing import undo_import
from records.models import CeremonyGuest, Honour
from records.queries.placings import Contest, Placing
from tests.access.api_who import MEMBERS, NOBODY, PUBLIC, chief, exporters, own, registrars
from tests.factories import AthleteFactory, PerformanceFactory, UserFactory, discipline, imported
from tests.records.claims import claimed, png, ratifying, reported
from tests.records.filming import filmed
from trackhub.clubs.models import Club

TABLE: tuple[tuple[str, str, tuple[int, ...]], ...] = (
    ("get", "claims", registrars(200)),
    ("post", "claims", registrars(201)),
    ("get", "claim", registrars(200)),
    ("post", "decide_claim", chief(200)),
    ("get", "my_reports", own(200)),
    # The athlete is somebody else.
    ("post", "my_reports", own(404)),
    ("post", "withdraw_report", own(404)),
    ("get", "reports", registrars(200)),
    ("post", "answer_report", registrars(200)),
    ("get", "policy", MEMBERS),
    ("post", "policy", chief(201)),
    ("post", "preview_policy", chief(200)),
    ("get", "awards", PUBLIC),
    ("post", "awards", registrars(201)),
    ("get", "duplicates", registrars(200)),
    ("post", "merge_athletes", registrars(201)),
    ("post", "undo_merge", registrars(200)),
    ("get", "my_claims", own(200)),
    ("get", "evidence", registrars(200)),
    ("post", "evidence", registrars(201)),
    ("delete", "one_evidence", registrars(204)),
    ("get", "proof", registrars(200)),
    ("get", "certificate", PUBLIC),
    ("get", "certificate_file", MEMBERS),
    ("post", "preview_performance", registrars(200)),
    ("post", "preview_correction", registrars(200)),
    ("post", "preview_annulment", registrars(200)),
    ("get", "import_rows", registrars(200)),
    ("get", "import_effects", registrars(200)),
    ("get", "import_kept", registrars(200)),
    ("get", "annotated_copy", registrars(200)),
    ("get", "import_template", registrars(200)),
    ("get", "export", exporters(200)),
    ("delete", "award", registrars(204)),
    ("post", "enter_contest", registrars(201)),
    ("post", "preview_contest", registrars(200)),
    ("get", "award_tally", PUBLIC),
    ("get", "medal_table", chief(200)),
    ("put", "medal_table", chief(200)),
    ("delete", "medal_table", chief(204)),
    ("get", "merges", registrars(200)),
    ("post", "preview_merge", registrars(200)),
    ("post", "tell_apart", registrars(200)),
    ("get", "unrecognised", registrars(200)),
    ("get", "ceremonies", registrars(200)),
    ("post", "ceremonies", registrars(201)),
    ("get", "ceremony", registrars(200)),
    ("patch", "ceremony", registrars(200)),
    ("delete", "ceremony", registrars(204)),
    ("post", "choose_honours", registrars(201)),
    ("delete", "honour", registrars(204)),
    ("get", "certificates", registrars(200)),
    ("get", "programme", registrars(200)),
    ("get", "guests", registrars(200)),
    ("post", "guests", registrars(201)),
    ("post", "add_honoured", registrars(200)),
    ("post", "invite_guests", registrars(200)),
    ("patch", "guest", registrars(200)),
    ("delete", "guest", registrars(204)),
    ("get", "rsvp", PUBLIC),
    ("post", "rsvp", PUBLIC),
    ("patch", "profile", registrars(200)),
    ("put", "account", chief(200)),
    ("post", "videos", registrars(201)),
    ("delete", "video", registrars(204)),
    # Whoever keeps a club's records may take a public athlete into it, and only the former club lets one go.
    ("post", "transfer_athlete", (NOBODY, 422, 200, 200, 403, 403, 403, 403, 403, 200)),
)
"""(method, route name, statuses in the order of VISITORS)"""

TOKENS: tuple[tuple[str, str, tuple[int, int, int]], ...] = (
    ("post", "claims", (403, 201, 401)),
    ("post", "decide_claim", (403, 200, 401)),
    # What is the person's own to say, and what is the club's settings.
    ("post", "my_reports", (403, 403, 401)),
    ("post", "withdraw_report", (403, 403, 401)),
    ("post", "policy", (403, 403, 401)),
    ("post", "answer_report", (403, 200, 401)),
    # Asked by POST, so a token for reading doesn't do, though nothing changes.
    ("post", "preview_policy", (403, 200, 401)),
    ("post", "awards", (403, 201, 401)),
    ("post", "merge_athletes", (403, 201, 401)),
    ("post", "undo_merge", (403, 200, 401)),
    ("post", "transfer_athlete", (403, 200, 401)),
    ("post", "evidence", (403, 201, 401)),
    ("delete", "one_evidence", (403, 204, 401)),
    ("get", "my_claims", (403, 403, 401)),
    ("get", "proof", (200, 200, 401)),
    ("get", "certificate", (200, 200, 401)),
    ("post", "preview_performance", (403, 200, 401)),
    ("post", "preview_correction", (403, 200, 401)),
    ("post", "preview_annulment", (403, 200, 401)),
    ("get", "export", (200, 200, 401)),
    ("delete", "award", (403, 204, 401)),
    ("post", "enter_contest", (403, 201, 401)),
    ("post", "preview_contest", (403, 200, 401)),
    ("get", "medal_table", (403, 403, 401)),
    ("put", "medal_table", (403, 403, 401)),
    ("delete", "medal_table", (403, 403, 401)),
    ("post", "preview_merge", (403, 200, 401)),
    ("post", "tell_apart", (403, 200, 401)),
    ("post", "ceremonies", (403, 201, 401)),
    ("patch", "ceremony", (403, 200, 401)),
    ("delete", "ceremony", (403, 204, 401)),
    ("post", "choose_honours", (403, 201, 401)),
    ("delete", "honour", (403, 204, 401)),
    ("get", "guests", (200, 200, 401)),
    ("post", "guests", (403, 201, 401)),
    ("post", "add_honoured", (403, 200, 401)),
    ("post", "invite_guests", (403, 200, 401)),
    ("patch", "guest", (403, 200, 401)),
    ("delete", "guest", (403, 204, 401)),
    ("post", "rsvp", (403, 200, 401)),
    ("patch", "profile", (403, 200, 401)),
    ("put", "account", (403, 403, 401)),
    ("post", "videos", (403, 201, 401)),
    ("delete", "video", (403, 204, 401)),
)
"""(method, route, statuses of a chief registrar's token for reading, for writing, and of no token that stands)"""


class Desk:
    """Rows of ``club``: by route the arguments of its address, by method and route what is sent."""

    def __init__(self, club: Club) -> None:
        ratifying(club)
        sam, twin = (AthleteFactory(given_name=name, family_name="Twice", club=club) for name in ("Sam", "Sammy"))
        self.athlete = sam
        stays, goes = (AthleteFactory(family_name="Once", club=club) for _n in range(2))
        merge = merge_athletes(stays, merged=goes, by=None, at=timezone.now())
        waiting = PerformanceFactory(athlete=sam, discipline="HJ", mark="1.95", on=date(2026, 5, 9))
        claim = claimed(PerformanceFactory(athlete=sam, discipline="1500", mark="3:59.10"))
        report = reported(sam, UserFactory())
        slug: list[object] = [club.slug]
        shown = add_evidence(claim, kind="wind", note="seen", file=[png()], by=UserFactory(), at=timezone.now())
        decided = claimed(PerformanceFactory(athlete=sam, discipline="800", mark="1:59.10"))
        decide_claims([decided], step="ratify", by=None, at=timezone.now())
        applied = imported("athletes", "family name,sex\nKept,F\n", club=club)
        undo_import(applied, by=None, at=timezone.now())
        contest = Contest(discipline("LJ"), "League", date(2026, 5, 2))
        (award,) = enter_awards(club, contest, [Placing(sam, 1)], by=None, at=timezone.now())
        evening = {"title": "Awards", "starts": timezone.now() + timedelta(days=7), "place": "Club house", "text": ""}
        ceremony = plan_ceremony(club, by=None, at=timezone.now(), **evening)
        honoured = PerformanceFactory(athlete=sam, discipline="400", mark="51.20")
        honour = Honour.objects.create(ceremony=ceremony, performance=honoured)
        guest = CeremonyGuest.objects.create(ceremony=ceremony, name="Aunt")
        mine: list[object] = [club.slug, ceremony.pk]
        self.arguments: dict[str, list[object]] = {
            **dict.fromkeys(("claims", "reports", "policy", "preview_policy", "awards", "duplicates"), slug),
            **{key: [claim.pk] for key in ("claim", "decide_claim")},
            **{key: [report.pk] for key in ("withdraw_report", "answer_report")},
            **{key: [sam.pk] for key in ("merge_athletes", "transfer_athlete")},
            "undo_merge": [merge.pk],
            **dict.fromkeys(("export", "import_template", "enter_contest", "preview_contest", "award_tally"), slug),
            **dict.fromkeys(("medal_table", "merges", "unrecognised", "ceremonies"), slug),
            **{key: [sam.pk] for key in ("preview_merge", "tell_apart")},
            **{key: [waiting.pk] for key in ("preview_correction", "preview_annulment")},
            **{key: [applied.pk] for key in ("import_rows", "import_effects", "import_kept", "annotated_copy")},
            "evidence": [claim.pk],
            "one_evidence": [claim.pk, shown.pk],
            "proof": [shown.file_id],
            "certificate": [decided.code],
            "certificate_file": [decided.code],
            "award": [club.slug, award.pk],
            **dict.fromkeys(("ceremony", "choose_honours", "certificates", "programme"), mine),
            **dict.fromkeys(("guests", "add_honoured", "invite_guests"), mine),
            "honour": [*mine, honour.pk],
            "guest": [*mine, guest.pk],
            "rsvp": [token_of(guest)],
            "profile": [sam.pk],
            "account": [sam.pk],
            "videos": [waiting.pk],
            "video": [waiting.pk, filmed(waiting).pk],
        }
        entered = {"athlete": sam.pk, "discipline": "LJ", "date": "2026-05-09"}
        contest = {"discipline": "LJ", "date": "2026-05-09", "competition": "County"}
        placed = contest | {"placings": [{"athlete": sam.pk, "place": 2}]}
        rules = {"seen": 2, "options": {"ties": "first"}}
        self.bodies: dict[tuple[str, str], dict[str, Any]] = {
            ("post", "rsvp"): {"answer": "yes"},
            ("post", "claims"): {"book": club.slug, "performance": waiting.pk},
            ("post", "decide_claim"): {"step": "ratify"},
            ("post", "my_reports"): entered | {"mark": "6.50"},
            ("post", "answer_report"): {"decision": "decline", "answer": "not in the results"},
            ("post", "policy"): rules | {"note": "a vote"},
            ("post", "preview_policy"): rules,
            ("post", "awards"): entered | {"place": 2, "competition": "County"},
            ("post", "merge_athletes"): {"merged": twin.pk},
            ("post", "transfer_athlete"): {"to": "", "day": "2026-10-01"},
            ("post", "preview_performance"): entered | {"mark": "6.50"},
            ("post", "preview_correction"): {"mark": "1.90"},
            ("post", "enter_contest"): placed,
            ("post", "preview_contest"): placed,
            ("put", "medal_table"): {"places": [{"place": 1, "metal": "gold"}]},
            ("post", "preview_merge"): {"merged": twin.pk},
            ("post", "tell_apart"): {"other": twin.pk},
            ("post", "ceremonies"): {"title": "Next", "starts": "2099-06-14T19:00", "place": "Club house"},
            ("patch", "ceremony"): {"place": "Town hall"},
            ("post", "choose_honours"): {"honours": [f"performance-{waiting.pk}"]},
            ("post", "guests"): {"name": "Uncle"},
            ("patch", "guest"): {"came": True},
            ("patch", "profile"): {"biography": "Runs."},
            ("put", "account"): {"member": None},
            ("post", "videos"): {"address": "https://video.example.org/9"},
        }
        self.forms: dict[tuple[str, str], dict[str, Any]] = {("post", "evidence"): {"kind": "wind", "note": "seen"}}
        """What is sent as a form."""
