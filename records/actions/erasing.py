"""Erasing an athlete: marks, placings and records stay, who achieved them goes, from every table and kept file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from secrets import choice

from django.contrib.admin.models import LogEntry
from django.db import transaction
from django.db.models import Model, Q
from django.utils.translation import gettext_lazy as _

from records.actions.folding import one_at_a_time
from records.actions.forgetting import forget_claims, forget_decisions
from records.actions.staging import verdict_counts
from records.domain.identity import Identity
from records.domain.names import name_key
from records.domain.refusals import FileRefused
from records.domain.tabular import read_table
from records.models import (
    Athlete,
    AthleteAlias,
    AthleteMerge,
    CeremonyGuest,
    Consent,
    ExternalId,
    Guardianship,
    ImportBatch,
    ImportChunk,
    ImportRow,
    LegacyRecord,
    NotTheSame,
    Performance,
    Video,
)
from records.queries.known import ERASED, erased_digest, erased_name
from records.queries.personal import rows_about
from trackhub.clubs.actions.audit import record_deed
from trackhub.clubs.actions.redacting import blank_entries, change_texts, redact_everywhere
from trackhub.clubs.models import AuditEntry, Club, User

_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
_REFUSED = [{"target": "", "code": "erased_athlete", "values": {}}]


class AlreadyErased(ValueError):
    """There is nobody left to erase."""

    def __str__(self) -> str:
        return str(_("This athlete has been erased already."))


@dataclass
class Erasure:
    """What came of it. ``doubtful`` names rows that say the name but may mean somebody else called the same:
    they stay as they are, for a person to look at."""

    name: str
    files: int = 0
    rows: int = 0
    doubtful: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Case:
    """Whom to erase: the athlete with those merged into it, by whatever they were called."""

    athlete: Athlete
    people: list[Athlete]
    identity: Identity
    ids: list[tuple[str, str]]
    clubs: set[int]
    namesakes: bool
    instead: str

    def own(self, text: str) -> str:
        """A text about this athlete."""
        return self.identity.redacted(text, self.instead, own=True)

    def anywhere(self, text: str) -> str:
        return self.identity.redacted(text, self.instead)

    @property
    def births(self) -> set[date]:
        return {one.birth_date for one in self.people if one.birth_date}


def erase_athlete(athlete: Athlete, *, by: User | None, at: datetime, asked_by: str = "club") -> Erasure:
    """Erase who ``athlete`` is. ``asked_by`` ('athlete', 'guardian', 'club', 'site') goes into the audit trail; a
    person or guardian is not named there. Raises AlreadyErased.

    The derived rows stay as they are: no mark, age or spell changes. Ages judged by the birth date outlive it.
    """
    with transaction.atomic():
        one_at_a_time()
        if not Athlete.objects.filter(pk=athlete.pk, erased=None).update(erased=at):
            raise AlreadyErased
        athlete.refresh_from_db()
        case = _case_of(athlete)
        done = Erasure(case.instead)
        touched = _erase_import_rows(case, done)
        _erase_profile(case)
        _erase_own_texts(case)
        forget_claims([one.pk for one in case.people], case.own)
        forget_decisions({one.pk for one in case.people}, case.identity.names, {value for _, value in case.ids})
        _erase_audit(case)
        found = redact_everywhere(
            case.anywhere, anchors=case.identity.anchors, doubtful=lambda row: _is_doubtful(case, row)
        )
        done.rows += found.changed.total()
        done.doubtful += found.doubtful
        _erase_files(case, touched, done)
        _forget(case)
        _recount(touched)
        club = Club.objects.filter(pk__in=case.clubs).order_by("pk").first()
        record_deed(
            "erase_athlete",
            target=f"athlete {athlete.pk}",
            by=None if asked_by in ("athlete", "guardian") else by,
            at=at,
            club=club,
            after={"asked_by": asked_by, "files": done.files, "rows": done.rows, "doubtful": done.doubtful},
        )
    athlete.refresh_from_db()
    return done


def _case_of(athlete: Athlete) -> _Case:
    people = [athlete, *Athlete.objects.filter(merged_into=athlete)]
    pks = [one.pk for one in people]
    names = {(one.given_name, one.family_name) for one in people}
    for data in ImportRow.objects.filter(athlete__in=pks).exclude(data={}).values_list("data", flat=True):
        for said in (data.get("person"), data.get("before"), data.get("changes")):
            if said and said.get("family_name"):
                names.add((said.get("given_name") or athlete.given_name, said["family_name"]))
    keys = {name_key(given, family) for given, family in names}
    clubs = set(Performance.objects.filter(athlete__in=pks, club__isnull=False).values_list("club", flat=True))
    clubs.update(pk for one in people for pk in one.spells.values_list("club", flat=True))
    return _Case(
        athlete,
        people,
        Identity(tuple(sorted(names)), tuple(sorted({one.native_name for one in people if one.native_name}))),
        list(ExternalId.objects.filter(athlete__in=pks).exclude(source=ERASED).values_list("source", "value")),
        clubs,
        Athlete.objects.filter(name_key__in=keys).exclude(pk__in=pks).exists(),
        "Athlete " + "".join(choice(_LETTERS) for _ in range(7)),
    )


def _is_doubtful(case: _Case, row: Model) -> bool:
    """Somebody else is called the same; or an old record of a club that the athlete never ran for."""
    if case.namesakes:
        return True
    return isinstance(row, LegacyRecord) and row.book.club_id is not None and row.book.club_id not in case.clubs


def _erase_import_rows(case: _Case, done: Erasure) -> set[int]:
    """Empty the rows about the athlete; the ids of their imports. What isn't applied yet won't be."""
    about = set(ImportRow.objects.filter(rows_about(case.people)).values_list("pk", flat=True))
    named = {pk for pk, texts in _described(case) if any(case.identity.named_in(text) for text in texts)}
    if case.namesakes:
        done.doubtful += [f"importrow {pk}" for pk in sorted(named - about)]
    else:
        about |= named
    batches: set[int] = set()
    ids = sorted(about)
    for start in range(0, len(ids), 500):
        rows = ImportRow.objects.filter(pk__in=ids[start : start + 500])
        batches |= set(rows.values_list("batch", flat=True))
        rows.filter(batch__kind=ImportBatch.Kind.ATHLETES).update(external_id="")
        for pk, note in rows.exclude(note="").values_list("pk", "note"):
            ImportRow.objects.filter(pk=pk).update(note=case.own(note)[:200])
        rows.update(data={}, athlete_key="")
        rows.exclude(issues__isnull=True).update(issues=_REFUSED)
        waiting = (ImportBatch.State.STAGED, ImportBatch.State.RECEIVED)
        rows.filter(batch__state__in=waiting).update(verdict=ImportRow.Verdict.REFUSED, issues=_REFUSED)
    done.rows += len(ids)
    _erase_birth_dates(case)
    return batches


def _described(case: _Case) -> Iterator[tuple[int, tuple[str, ...]]]:
    """(id, texts) of the rows that describe somebody; those of performances of known people don't, teams neither."""
    described = ~Q(data={}) | Q(issues__isnull=False) | ~Q(athlete_key="")
    rows = ImportRow.objects.filter(described, team="").exclude(batch__kind=ImportBatch.Kind.RECORDS)
    for pk, data, issues, key in rows.values_list("pk", "data", "issues", "athlete_key").iterator():
        person = data.get("person") or {}
        name = f"{person.get('given_name', '')} {person.get('family_name', '')}"
        yield pk, (name, str(data.get("said", "")), str(issues or ""), key)


def _erase_birth_dates(case: _Case) -> None:
    """What rows say about their candidates: 'no. 12 (1990-01-31)', or that a mark was made before a birth."""
    dates = [born.isoformat() for born in case.births]

    def without(text: str) -> str:
        for one in dates:
            text = text.replace(one, "?")
        return text

    if dates:
        for pk, issues in ImportRow.objects.exclude(issues__isnull=True).values_list("pk", "issues").iterator():
            if (changed := change_texts(issues, without)) != issues:
                ImportRow.objects.filter(pk=pk).update(issues=changed)


def _erase_profile(case: _Case) -> None:
    """What the athlete told, and every link to where the athlete can be seen."""
    Athlete.objects.filter(pk__in=[one.pk for one in case.people]).update(biography="")
    Video.objects.filter(performance__in=Performance.objects.of(*case.people).values("pk")).delete()


def _erase_own_texts(case: _Case) -> None:
    """Notes and reasons beside the athlete's own marks, where the family name alone names them."""
    for performance in Performance.objects.filter(athlete__in=case.people).only("note", "annulled_because"):
        new = {word: case.own(getattr(performance, word))[:200] for word in ("note", "annulled_because")}
        if any(text != getattr(performance, word) for word, text in new.items()):
            Performance.objects.filter(pk=performance.pk).update(**new)


def _erase_audit(case: _Case) -> None:
    """Deeds done to the athlete: that they were done stays. What the account did to itself isn't its any more."""
    pks = [one.pk for one in case.people]
    accounts = [one.account_id for one in case.people if one.account_id]
    targets = [f"athlete {pk}" for pk in pks]
    for model, name in ((ExternalId, "externalid"), (Guardianship, "guardianship"), (Consent, "consent")):
        rows: Iterable[int] = model._default_manager.filter(athlete__in=pks).values_list("pk", flat=True)
        targets += [f"{name} {pk}" for pk in rows]
    targets += AuditEntry.objects.filter(before__athlete__in=pks).values_list("target", flat=True)
    about = AuditEntry.objects.filter(target__in=targets)
    blank_entries(about)
    about.filter(by__in=accounts).update(by=None)
    marks = list(Performance.objects.filter(athlete__in=pks).values_list("pk", flat=True))
    for start in range(0, len(marks), 500):
        for entry in AuditEntry.objects.filter(target__in=[f"performance {pk}" for pk in marks[start : start + 500]]):
            AuditEntry.objects.filter(pk=entry.pk).update(
                before=change_texts(entry.before, case.own), after=change_texts(entry.after, case.own)
            )
    shown = LogEntry.objects.filter(
        content_type__app_label="records", content_type__model="athlete", object_id__in=map(str, pks)
    )
    shown.update(object_repr=case.instead, change_message="")


def _erase_files(case: _Case, touched: set[int], done: Erasure) -> None:
    """The originals that name the athlete go; a file isn't rewritten, or it would be no original any more."""
    going = set(touched) | {one.batch_id for one in case.people if one.batch_id}
    ids = {value for _, value in case.ids}
    sources = {source for source, _ in case.ids}
    kept = ImportBatch.objects.filter(chunks__number=0).exclude(pk__in=going)
    for batch in kept.iterator():
        if batch.source in sources and _mentions(batch, case.identity, ids):
            going.add(batch.pk)
        elif _mentions(batch, case.identity, set()):
            if case.namesakes:
                done.doubtful.append(f"importbatch {batch.pk}")
            else:
                going.add(batch.pk)
    done.files = ImportChunk.objects.filter(batch__in=going, number=0).count()
    ImportChunk.objects.filter(batch__in=going).delete()


def _mentions(batch: ImportBatch, identity: Identity, ids: set[str]) -> bool:
    """Whether the kept file names the person, or has one of ``ids`` as a cell."""
    if not ids and not any(identity.may_be_in(text) for text in _rough_texts(batch)):
        return False
    try:
        table = read_table(batch.content, batch.filename)
        return any(
            not ids.isdisjoint(cells) or identity.named_across(cells)
            for cells in (table.header, *(cells for _, cells in table.rows()))
        )
    except FileRefused:
        return any(identity.named_in(text) for text in _rough_texts(batch))


def _rough_texts(batch: ImportBatch) -> Iterator[str]:
    """The file's pieces, each with the end of the one before, as text of whatever encoding; a workbook is packed,
    so it can't be judged without opening it."""
    end = b""
    for piece in batch.content():
        yield (end + piece).replace(b"\0", b"").decode("utf-8", "replace")
        end = piece[-400:]


def _forget(case: _Case) -> None:
    """The athlete's own rows. Digests stay, so that the same file handed in again finds out whom it may not name."""
    pks = [one.pk for one in case.people]
    digests = {erased_digest("id", source, value) for source, value in case.ids}
    keys = {name_key(given, family) for given, family in case.identity.names}
    keys.update(AthleteAlias.objects.filter(athlete__in=pks).values_list("name_key", flat=True))
    for key in keys:
        for one in case.people:
            digests |= {erased_name(key, one.sex, born) for born in _said_of(case, one)}
    AthleteAlias.objects.filter(athlete__in=pks).delete()
    AthleteMerge.objects.filter(Q(survivor__in=pks) | Q(merged__in=pks)).update(moved={})
    NotTheSame.objects.filter(Q(one__in=pks) | Q(other__in=pks)).delete()
    ExternalId.objects.filter(athlete__in=pks).exclude(source=ERASED).delete()
    ExternalId.objects.bulk_create(
        [ExternalId(athlete=case.athlete, source=ERASED, value=digest) for digest in sorted(digests)],
        ignore_conflicts=True,
    )
    Guardianship.objects.filter(athlete__in=pks).delete()
    CeremonyGuest.objects.filter(athlete__in=pks).delete()  # with the family that was invited for the athlete's sake
    Consent.objects.filter(athlete__in=pks).delete()
    family = case.instead.removeprefix("Athlete ")
    Athlete.objects.filter(pk__in=pks).update(
        given_name="Athlete",
        family_name=family,
        native_name="",
        name_key=name_key("Athlete", family),
        birth_date=None,
        birth_precision=Athlete.BirthPrecision.UNKNOWN,
        account=None,
        batch=None,
        erased=case.athlete.erased,
    )


def _said_of(case: _Case, one: Athlete) -> set[object]:
    """What a file may say of the birth: the day, the year, or nothing but the club."""
    said: set[object] = {"", *(f"club {pk}" for pk in case.clubs)}
    if one.birth_date:
        said |= {one.birth_date.isoformat(), one.birth_date.year}
    return said


def _recount(batches: Iterable[int]) -> None:
    """What an import that waits would do is fewer by the rows that are refused now."""
    for batch in ImportBatch.objects.filter(pk__in=list(batches), state=ImportBatch.State.STAGED):
        batch.result = {**batch.result, **verdict_counts(batch)}
        batch.save(update_fields=["result"])
