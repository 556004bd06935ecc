"""Everything that the site holds about one person, as files for that person.

``SECTIONS`` say what is exported, with those that the apps above hang in; ``NOT_PERSONAL`` names the relations to a
person that aren't, and why. A test walks all tables and wants each of their relations in one of the two.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Q

from records.domain.cells import guarded
from records.models import (
    Athlete,
    Best,
    ClubSpell,
    Consent,
    ExternalId,
    Guardianship,
    ImportBatch,
    ImportRow,
    Record,
    Video,
)
from records.queries import claims_held, identity_held
from records.queries import honours_held as held
from records.queries.known import ERASED
from records.queries.subjects import FROM_ABOVE, Section, of_people, of_user, plain_section
from records.queries.subjects import Subject as Subject
from records.queries.subjects import subject_of as subject_of
from trackhub.clubs.models import (
    ApiToken,
    AuditEntry,
    Event,
    Invitation,
    Job,
    Membership,
    OfficialLink,
    User,
    Webhook,
)

IN_MEMORY = 4 * 1024 * 1024
"""Bytes of an export beyond which it goes to a temporary file."""


def _invited(who: Subject) -> Q:
    if who.user is None:
        return Q(pk__in=())
    found = Q(accepted_by=who.user) | Q(email__iexact=who.user.email)
    for address in EmailAddress.objects.filter(user=who.user, verified=True).values_list("email", flat=True):
        found |= Q(email__iexact=address)
    return found


def _about(who: Subject) -> Q:
    """Audit entries on the person as their target."""
    targets = [f"athlete {pk}" for pk in who.people]
    if who.user:
        targets.append(f"user {who.user.pk}")
    return Q(target__in=targets)


def rows_about(people: Iterable[Athlete]) -> Q:
    """Import rows that are surely about ``people``: by who was matched, by the id in their source, or because they
    made the athlete (those of athlete files aren't pointed at whom they made)."""
    about = Q(athlete__in=[one.pk for one in people])
    for one in people:
        if one.batch_id:
            about |= Q(batch=one.batch_id, athlete_key__startswith=f"{one.name_key}|{one.sex}|")
        for source, value in one.external_ids.exclude(source=ERASED).values_list("source", "value"):
            about |= Q(source=source) & (
                Q(athlete_key=f"id:{value}"[:200]) | Q(external_id=value, batch__kind=ImportBatch.Kind.ATHLETES)
            )
    return about


def _events(who: Subject) -> Q:
    mine = list(who.performances.values_list("pk", flat=True))
    return Q(payload__athlete__in=who.people) | Q(payload__performance__in=mine)


_MARKS = (
    "id", "date", "date_precision", "discipline", "mark", "written", "value", "merit", "timing", "wind", "facility",
    "season", "status", "reason", "flags", "round", "place", "competition", "venue", "country", "club", "note",
    "annulled_because", "age_day", "age_dec31", "age_aug31", "source", "external_id", "import", "superseded_by",
)  # fmt: skip
_OTHERWISE = {"discipline": "discipline.code", "club": "club.slug", "import": "batch_id",
              "superseded_by": "superseded_by_id"}  # fmt: skip


def _value(row: Any, path: str) -> Any:
    for name in path.split("."):
        row = getattr(row, name, None)
    return row


def _performances(who: Subject) -> Iterable[Sequence[Any]]:
    for one in who.performances.select_related("discipline", "club").order_by("date", "pk"):
        yield [_value(one, _OTHERWISE.get(name, name)) for name in _MARKS]


_LEGS = ("date", "discipline", "mark", "team", "club", "competition", "venue", "place", "leg")


def _legs(who: Subject) -> Iterable[Sequence[Any]]:
    """One's own legs. Who ran the others is those people's."""
    for leg in who.legs.select_related("performance__discipline", "performance__club").order_by("pk"):
        relay = leg.performance
        yield [*(_value(relay, _OTHERWISE.get(name, name)) for name in _LEGS[:-1]), leg.number]


def _videos(who: Subject) -> Q:
    return Q(performance__in=who.performances.values("pk")) | Q(performance__in=who.legs.values("performance"))


_HELD = ("book", "discipline", "sex", "age_group", "facility", "mark", "set_on", "until", "equal")


def _records(who: Subject) -> Iterable[Sequence[Any]]:
    mine = Q(performance__in=who.performances.values("pk")) | Q(performance__in=who.legs.values("performance"))
    held = Record.objects.filter(mine).select_related("book", "discipline", "performance__discipline")
    for one in held.order_by("set_on", "pk"):
        yield [_value(one, {"book": "book.slug", "discipline": "discipline.code"}.get(name, name)) for name in _HELD]


SECTIONS: tuple[Section, ...] = (
    plain_section("account", User, of_user("pk"), ("email", "name", "is_active", "date_joined", "last_login")),
    plain_section(
        "email_addresses",
        EmailAddress,
        of_user("user"),
        ("email", "verified", "primary"),
        ["account.EmailAddress.user"],
    ),
    plain_section(
        "linked_logins",
        SocialAccount,
        of_user("user"),
        ("provider", "uid", "date_joined", "last_login", "extra_data"),
        ["socialaccount.SocialAccount.user"],
    ),
    plain_section(
        "second_factors",
        Authenticator,
        of_user("user"),
        ("type", "created_at", "last_used_at"),  # never their secrets
        ["mfa.Authenticator.user"],
    ),
    plain_section(
        "sessions",
        UserSession,
        of_user("user"),
        ("created_at", "last_seen_at", "ip", "user_agent"),  # never their keys
        ["usersessions.UserSession.user"],
    ),
    plain_section(
        "api_tokens",
        ApiToken,
        of_user("user"),
        ("name", "prefix", "scope", "club__slug", "created", "expires", "last_used", "revoked"),
        ["clubs.ApiToken.user"],
    ),
    plain_section(
        "memberships", Membership, of_user("user"), ("club__slug", "role", "starts", "ends"), ["clubs.Membership.user"]
    ),
    plain_section(
        "invitations",
        Invitation,
        _invited,
        ("club__slug", "role", "email", "starts", "ends", "created", "expires", "accepted", "withdrawn"),
        ["clubs.Invitation.accepted_by"],
    ),
    plain_section(
        "invitations_sent",
        Invitation,
        of_user("by"),
        ("club__slug", "role", "created", "accepted", "withdrawn"),  # to whom is theirs
        ["clubs.Invitation.by"],
    ),
    plain_section(
        "official_links",
        OfficialLink,
        of_user("by"),
        ("club__slug", "place", "day", "created", "revoked"),
        ["clubs.OfficialLink.by"],
    ),
    plain_section("webhooks", Webhook, of_user("by"), ("club__slug", "url", "kinds", "active"), ["clubs.Webhook.by"]),
    plain_section("jobs", Job, of_user("by"), ("task", "state", "message", "created", "heartbeat"), ["clubs.Job.by"]),
    plain_section(
        "imports_handed_in",
        ImportBatch,
        of_user("by"),
        ("id", "filename", "kind", "source", "club__slug", "state", "received", "applied"),
        ["records.ImportBatch.by"],
    ),
    plain_section(
        "audit_by_me",
        AuditEntry,
        of_user("by"),
        ("at", "action", "target", "club__slug"),  # what it changed may be others'
        ["clubs.AuditEntry.by"],
    ),
    plain_section("audit_about_me", AuditEntry, _about, ("at", "action", "target", "club__slug", "before", "after")),
    plain_section(
        "admin_log",
        LogEntry,
        of_user("user"),
        ("action_time", "action_flag", "content_type__model"),
        ["admin.LogEntry.user"],
    ),
    plain_section(
        "wards",
        Guardianship,
        of_user("guardian"),
        ("athlete__id", "created"),  # the ward's own export says the rest
        ["records.Guardianship.guardian"],
    ),
    plain_section(
        "consents_given_for_wards",
        Consent,
        of_user("by"),
        ("athlete__id", "purpose", "version", "words", "given", "withdrawn"),
        ["records.Consent.by"],
    ),
    plain_section(
        "athlete",
        Athlete,
        of_people("pk"),
        (
            "id",
            "given_name",
            "family_name",
            "native_name",
            "sex",
            "birth_date",
            "birth_precision",
            "country",
            "biography",
            "visibility",
            "erased",
            "merged_into__id",
        ),
        ["records.Athlete.account", "records.Athlete.merged_into"],
    ),
    plain_section(
        "external_ids",
        ExternalId,
        lambda who: Q(athlete__in=who.people) & ~Q(source=ERASED),
        ("source", "value"),
        ["records.ExternalId.athlete"],
    ),
    plain_section(
        "club_spells",
        ClubSpell,
        of_people("athlete"),
        ("club__slug", "starts", "ends", "claim"),
        ["records.ClubSpell.athlete"],
    ),
    Section("performances", _MARKS, _performances, ("records.Performance.athlete",)),
    plain_section("bests", Best, of_people("performance__athlete"), ("performance__id", "career", "season")),
    Section("relay_legs", _LEGS, _legs, ("records.RelayLeg.athlete",)),
    plain_section("videos", Video, _videos, ("performance__id", "address", "title", "added")),
    plain_section(
        "videos_added_by_me",
        Video,
        of_user("added_by"),
        ("performance__id", "address", "title", "added"),
        ["records.Video.added_by"],
    ),
    Section("records_held", _HELD, _records),
    plain_section(
        "consents",
        Consent,
        of_people("athlete"),
        ("purpose", "version", "words", "given", "withdrawn"),
        ["records.Consent.athlete"],
    ),
    plain_section(
        "guardianships",
        Guardianship,
        of_people("athlete"),
        ("created",),  # who the guardian is is the guardian's
        ["records.Guardianship.athlete"],
    ),
    plain_section(
        "import_rows",
        ImportRow,
        lambda who: rows_about(Athlete.objects.filter(pk__in=who.people)) & Q(verdict__in=("new", "changed")),
        ("batch__id", "number", "verdict", "data", "date", "written", "note", "source", "external_id"),
        ["records.ImportRow.athlete"],
    ),
    Section("medals", held.AWARDS, lambda who: held.awards_held(who.people), ("records.Award.athlete",)),
    Section("honours", held.HONOURS, lambda who: held.honours_held(who.people)),
    Section(
        "ceremony_invitations",
        held.INVITATIONS,
        lambda who: held.invitations_held(who.people, who.user),
        ("records.CeremonyGuest.athlete",),
    ),
    *identity_held.SECTIONS,
    *claims_held.SECTIONS,
    plain_section("events", Event, _events, ("id", "at", "kind", "payload")),
)

NOT_PERSONAL: dict[str, str] = {}
"""Relations to Athlete or User that no export follows: 'app.Model.field' → why. None yet."""


def personal_export(who: Subject, *, at: datetime) -> IO[bytes]:
    """A zip with one JSON and one CSV file a section, read from its start. Texts of the CSV are no formulas."""
    target = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  # the caller streams and closes it
    stamp = (at.year, at.month, at.day, at.hour, at.minute, at.second)
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for section in (*SECTIONS, *FROM_ABOVE):
            rows = [list(row) for row in section.rows(who)]
            for suffix, write in (("json", _as_json), ("csv", _as_csv)):
                entry = ZipInfo(f"{section.name}.{suffix}", stamp)
                entry.compress_type = ZIP_DEFLATED
                archive.writestr(entry, write(section, rows))
    target.seek(0)
    return target


def _as_json(section: Section, rows: list[list[Any]]) -> str:
    found = [dict(zip(section.columns, row, strict=True)) for row in rows]
    return json.dumps(found, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)


def _as_csv(section: Section, rows: list[list[Any]]) -> str:
    out = io.StringIO()
    # Rows end in CR LF: with LF alone a CR within a text stays unquoted, and a spreadsheet begins a row there.
    writer = csv.writer(out)
    writer.writerow(section.columns)
    writer.writerows([guarded(_text(value)) for value in row] for row in rows)
    return "\ufeff" + out.getvalue()


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dict | list):
        return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
    return value.isoformat() if isinstance(value, date) else str(value)
