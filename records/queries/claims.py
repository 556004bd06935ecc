"""Claims as those who keep the records see them: what may be claimed, what waits, and what a decision is made by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.db.models import Exists, Max, OuterRef, QuerySet, Subquery, Value
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from records.domain.claiming import Step, evidence_asked, last_day, missing, steps_from
from records.models import Athlete, Evidence, ProofFile, Record, RecordBook, RecordClaim, RecordPolicy
from records.models.books import RecordQuerySet
from records.queries.lines import Faces, Line, Page, Visitor, line_of_record, page_of, performance_line
from records.queries.standing import in_order_of_age
from trackhub.clubs.models import AuditEntry, Club, User

CANDIDATE = "candidate"
"""What boards call a record that its book wants ratified and nobody has claimed."""

_LOADED = ("book__club", "book__policy", "performance__athlete", "performance__club", "performance__discipline")


def candidate_records(books: Sequence[RecordBook] | QuerySet[RecordBook]) -> RecordQuerySet:
    """Standing records that ``books`` want ratified and nobody has claimed."""
    claimed = RecordClaim.objects.filter(
        book=OuterRef("book"), performance=OuterRef("performance"), age_group=OuterRef("age_group")
    )
    standing = Record.objects.filter(book__in=books, book__policy__ratification=True, until=None)
    return standing.filter(~Exists(claimed), performance__isnull=False)


def candidate_marks(club: Club) -> QuerySet[Record, Any]:
    """A row {book, performance} for each mark that may be claimed in the club's books: it may be a record of several
    lists."""
    return candidate_records(books_that_ratify(club)).order_by().values("book", "performance").distinct()


def books_that_ratify(club: Club) -> QuerySet[RecordBook]:
    return RecordBook.objects.filter(club=club, policy__ratification=True).select_related("policy").order_by("pk")


def book_to_claim_in(club: Club, slug: str) -> RecordBook | None:
    return books_that_ratify(club).filter(slug=slug).first()


@dataclass(frozen=True, slots=True)
class Candidate:
    """One mark that nobody has claimed yet, and the age groups whose record it is."""

    performance: int
    book: RecordBook
    line: Line
    groups: tuple[str, ...]
    last_day: date | None
    late: bool


def candidates(club: Club, user: Visitor, *, today: date, page: int = 1) -> Page[Candidate]:
    """What may be claimed in the club's books, the newest first."""
    found = candidate_records(books_that_ratify(club))
    marks = found.values("book", "performance").annotate(newest=Max("set_on")).order_by("-newest", "-performance")
    shown = page_of(marks.values_list("book", "performance"), page)
    rows = found.filter(performance__in=[one for _book, one in shown.items])
    by_mark: dict[tuple[int, int | None], list[Record]] = defaultdict(list)
    for record in in_order_of_age(rows.with_places().select_related(*_LOADED)):
        by_mark[record.book_id, record.performance_id].append(record)
    records = [by_mark[key] for key in shown.items]
    faces = Faces([one[0].performance for one in records if one[0].performance], user)
    return Page([_candidate(one, faces, today) for one in records], shown.number, shown.more)


def _candidate(records: list[Record], faces: Faces, today: date) -> Candidate:
    first = records[0]
    policy = first.book.policy
    until = last_day(first.set_on, policy.claim_days if policy else None)
    return Candidate(
        first.performance_id or 0,
        first.book,
        line_of_record(first, faces),
        tuple(one.age_group for one in records),
        until,
        until is not None and today > until,
    )


@dataclass(frozen=True, slots=True)
class ClaimEntry:
    """One mark as a list of claims shows it: claims of several lists of a book that stand alike."""

    claims: tuple[RecordClaim, ...]
    line: Line

    @property
    def claim(self) -> RecordClaim:
        return self.claims[0]


def claims_in(club: Club, user: Visitor, *, state: str = "", page: int = 1) -> Page[ClaimEntry]:
    """Claims of the club's books, the newest first; of one ``state`` if it names one."""
    found = claims_of_club(club, state)
    shown = page_of(found.select_related(*_LOADED, "decided_by").order_by(*_NEWEST), page)
    return Page(_entries(shown.items, user), shown.number, shown.more)


def claims_of_club(club: Club, state: str) -> QuerySet[RecordClaim]:
    found = RecordClaim.objects.filter(book__club=club)
    return found.filter(state=state) if state else found


def claims_numbered(ids: Sequence[int]) -> QuerySet[RecordClaim]:
    """These claims, whoever asks, in the order of claiming."""
    return RecordClaim.objects.filter(pk__in=ids).order_by("pk")


def claims_of(athletes: Sequence[Athlete], user: Visitor) -> list[ClaimEntry]:
    """Claims of the marks of ``athletes``, the newest first."""
    found = RecordClaim.objects.filter(performance__athlete__in=athletes).select_related(*_LOADED)
    return _entries(list(found.order_by(*_NEWEST)[:200]), user)


_NEWEST = ("-opened", "book", "performance", "state", "reason", "pk")


def _entries(claims: list[RecordClaim], user: Visitor) -> list[ClaimEntry]:
    faces = Faces([one.performance for one in claims], user)
    alike = groupby(claims, key=lambda one: (one.book_id, one.performance_id, one.state, one.reason))
    lists = [tuple(of_mark) for _key, of_mark in alike]
    return [ClaimEntry(one, performance_line(one[0].performance, faces)) for one in lists]


def claim_called(pk: int) -> RecordClaim | None:
    """The claim, whoever asks: who may see it is asked after this."""
    return RecordClaim.objects.select_related(*_LOADED, "opened_by", "decided_by").filter(pk=pk).first()


def certified(code: str) -> RecordClaim | None:
    """The claim whose certificate bears ``code``; None for one that was never decided."""
    return RecordClaim.objects.select_related(*_LOADED).filter(code=code, decided__isnull=False).first()


def siblings_of(claim: RecordClaim) -> list[RecordClaim]:
    """All claims of the same mark in the same book, this one first: the lists that are decided together."""
    found = RecordClaim.objects.filter(book=claim.book, performance=claim.performance).select_related(*_LOADED)
    return sorted(found, key=lambda one: (one.pk != claim.pk, one.pk))


def evidence_of(claim: RecordClaim) -> list[Evidence]:
    """What was shown for the mark, in whichever of the book's lists it is claimed; the contents of files aside."""
    shown = Evidence.objects.filter(claim__book=claim.book, claim__performance=claim.performance)
    return list(shown.select_related("file", "by").defer("file__content").order_by("at", "pk"))


def evidence_called(claim: RecordClaim, pk: int) -> Evidence | None:
    return next((one for one in evidence_of(claim) if one.pk == pk), None)


def proof_called(pk: int) -> ProofFile | None:
    """The file, whoever asks: who may see it is asked after this."""
    return ProofFile.objects.select_related("club").filter(pk=pk).first()


def reported_with(proof: ProofFile, user: User) -> bool:
    """Whether ``user`` handed the file in with a report about somebody for whom they still speak."""
    return ProofFile.objects.visible_to(user).filter(pk=proof.pk, by=user, reports__by=user).exists()


def is_step(claim: RecordClaim) -> bool:
    """Whether the fold has the mark as a record of the claim's list, standing or bettered since."""
    return Record.objects.filter(book=claim.book, performance=claim.performance, age_group=claim.age_group).exists()


def _days_of(claim: RecordClaim) -> int | None:
    return claim.book.policy.claim_days if claim.book.policy else None


def _asked(claim: RecordClaim) -> tuple[str, ...]:
    policy, mark = claim.book.policy, claim.performance
    checklist = [kind for kind in (policy.evidence if policy else []) if kind in Evidence.Kind.values]
    return evidence_asked(
        checklist, mark.discipline.specification, age_group=claim.age_group, facility=mark.facility, timing=mark.timing
    )


def objections_of(claims: Sequence[RecordClaim]) -> list[str]:
    """What stands against ratifying claims of one mark, in sentences: claimed too late, evidence missing."""
    against = []
    if late := next((one for one in claims if one.is_late(_days_of(one))), None):
        until = date_format(last_day(late.performance.day, _days_of(late)) or late.performance.day, "SHORT_DATE_FORMAT")
        against.append(gettext("Claimed too late: the last day was {day}.").format(day=until))
    asked = [kind for one in claims for kind in _asked(one)]
    lacking = missing(dict.fromkeys(asked), [line.kind for one in claims for line in evidence_of(one)])
    if lacking:
        names = ", ".join(str(Evidence.Kind(kind).label) for kind in lacking)
        against.append(gettext("Evidence is missing: {what}.").format(what=names))
    return against


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One line of the checklist: whether the policy asks for it, and what was shown."""

    kind: str
    label: str
    asked: bool
    shown: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Deed:
    """One line of a claim's history, in words."""

    words: str
    because: str
    at: datetime
    by: User | None


_DEEDS = {
    "claim_record": _("Claimed"),
    "ratify_claim": _("Ratified"),
    "reject_claim": _("Rejected"),
    "rescind_claim": _("Rescinded"),
    "retire_claim": _("Retired"),
    "reopen_claim": _("Opened again"),
    "add_evidence": _("Evidence added"),
    "remove_evidence": _("Evidence removed"),
}


def history_of(claim: RecordClaim) -> list[Deed]:
    """What was done to the claim, in the order of doing; who looked at it aside."""
    entries = AuditEntry.objects.filter(target=f"recordclaim {claim.pk}", action__in=_DEEDS).select_related("by")
    return [_deed(one) for one in entries.order_by("at", "pk")]


def _deed(entry: AuditEntry) -> Deed:
    kind = str(entry.after.get("kind") or entry.before.get("kind") or "")
    what = f": {Evidence.Kind(kind).label}" if kind in Evidence.Kind.values else ""
    return Deed(f"{_DEEDS[entry.action]}{what}", str(entry.after.get("because", "")), entry.at, entry.by)


@dataclass(frozen=True, slots=True)
class ClaimPage:
    """All that a decision is made by."""

    claim: RecordClaim
    line: Line
    holds: bool
    before: Line | None
    equals: bool
    policy: RecordPolicy | None
    checklist: list[CheckLine]
    objections: list[str]
    last_day: date | None
    history: list[Deed]
    siblings: list[RecordClaim]
    steps: tuple[Step, ...]


def claim_page(claim: RecordClaim, user: Visitor) -> ClaimPage:
    mark, before = claim.performance, _step_before(claim)
    faces = Faces([one for one in (mark, before.performance if before else None) if one], user)
    return ClaimPage(
        claim,
        performance_line(mark, faces),
        is_step(claim),
        line_of_record(before, faces) if before else None,
        before is not None and before.merit == mark.merit,
        claim.book.policy,
        _checklist(claim),
        objections_of([claim]),
        last_day(mark.day, _days_of(claim)),
        history_of(claim),
        siblings_of(claim),
        steps_from(claim.state),
    )


def _checklist(claim: RecordClaim) -> list[CheckLine]:
    asked, by_kind = _asked(claim), defaultdict(list)
    for one in evidence_of(claim):
        by_kind[one.kind].append(one)
    kinds = [*asked, *(kind for kind in by_kind if kind not in asked)]
    return [CheckLine(kind, str(Evidence.Kind(kind).label), kind in asked, tuple(by_kind[kind])) for kind in kinds]


def _step_before(claim: RecordClaim) -> Record | None:
    """The record that the mark bettered or equalled, or would have if it were taken."""
    mark = claim.performance
    own = Record.objects.filter(book=claim.book, performance=mark, age_group=claim.age_group).first()
    found = Record.objects.filter(
        book=claim.book, discipline=mark.discipline, sex=mark.sex, age_group=claim.age_group, set_on__lte=mark.day
    ).exclude(performance=mark)
    if own:
        found = found.filter(facility=own.facility, timing=own.timing, merit__lte=own.merit)
    else:
        found = found.filter(facility__in=("", mark.facility))
    loaded = found.select_related(
        "performance__athlete", "performance__club", "performance__discipline", "legacy__discipline"
    )
    return loaded.order_by("-merit", "-set_on").first()


def claims_on(book: RecordBook, performances: Iterable[int | None]) -> dict[tuple[int, str], RecordClaim]:
    """By (performance, age group) the claims of ``book``; nothing where its records aren't ratified."""
    if not _ratifies(book):
        return {}
    found = RecordClaim.objects.filter(book=book, performance__in={one for one in performances if one})
    return {(one.performance_id, one.age_group): one for one in found}


def with_claims(records: QuerySet[Record], book: RecordBook) -> QuerySet[Record]:
    """``records`` of ``book``, each with the state of its ``claim``; nothing is asked of a book that doesn't ratify."""
    if not _ratifies(book):
        return records.annotate(claim=Value(""))
    claims = RecordClaim.objects.filter(
        book=OuterRef("book"), performance=OuterRef("performance"), age_group=OuterRef("age_group")
    )
    return records.annotate(claim=Subquery(claims.values("state")[:1]))


def state_of(claim: str | None, book: RecordBook, performance: int | None, until: date | None) -> str:
    """The state to show beside a record whose ``claim`` stands so: a standing one that nobody has claimed is a
    CANDIDATE. '' where there is nothing to ratify."""
    if performance is None or not _ratifies(book):
        return ""
    return claim or ("" if until else CANDIDATE)


def states_among(records: Iterable[tuple[int, int, str]]) -> dict[tuple[int, int, str], str]:
    """By (book, performance, age group) what became of the claims of ``records``. One query, none for none."""
    wanted = set(records)
    if not wanted:
        return {}
    books, performances = {one[0] for one in wanted}, {one[1] for one in wanted}
    found = RecordClaim.objects.filter(book__in=books, performance__in=performances)
    rows = found.values_list("book", "performance", "age_group", "state")
    return {(book, performance, group): state for book, performance, group, state in rows}


def _ratifies(book: RecordBook) -> bool:
    return book.policy is not None and book.policy.ratification
