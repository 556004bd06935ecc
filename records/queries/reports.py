"""Reports of marks: one's own with their answers, and those that a club has to answer."""

from __future__ import annotations

from datetime import date

from django.db.models import F, QuerySet

from records.models import Athlete, Discipline, MarkReport, Performance
from records.queries.catalogue import all_disciplines
from records.queries.lines import Line, Page, Visitor, lines_of, page_of
from records.queries.voices import club_of, voices_of
from trackhub.clubs.models import Club, User

_LOADED = ("athlete", "discipline", "performance__discipline", "performance__club", "performance__athlete", "outcome")
OPEN = MarkReport.State.OPEN


def reports_by(user: User, *, on: date) -> list[MarkReport]:
    """What was reported about the athletes for whom ``user`` speaks; the newest first."""
    mine = [one.pk for one in voices_of(user, on=on)]
    return list(MarkReport.objects.filter(athlete__in=mine).select_related(*_LOADED).order_by("-at", "-pk")[:200])


def own_report(user: User, pk: int, *, on: date) -> MarkReport | None:
    return next((one for one in reports_by(user, on=on) if one.pk == pk), None)


def open_report_of(performance: Performance) -> MarkReport | None:
    return performance.reports.filter(state=OPEN).first()


def reports_to(club: Club, *, on: date, answered: bool = False, page: int = 1) -> Page[MarkReport]:
    """What the club has to answer, the oldest first; or what has been ``answered``, the newest first."""
    found = all_reports_to(club, on=on)
    if answered:
        return page_of(found.exclude(state=OPEN).order_by(F("decided").desc(nulls_last=True), "-pk"), page)
    return page_of(found.filter(state=OPEN).order_by("at", "pk"), page)


def all_reports_to(club: Club, *, on: date) -> QuerySet[MarkReport]:
    """What the club has to answer, and what has been answered."""
    return MarkReport.objects.answered_by(club, on).select_related(*_LOADED, "by", "decided_by")


def report_called(pk: int) -> MarkReport | None:
    """The report, whoever asks: who may see it is asked after this."""
    loaded = MarkReport.objects.select_related(*_LOADED, "by", "decided_by", "file").defer("file__content")
    return loaded.filter(pk=pk).first()


def clubs_to_answer(report: MarkReport, *, on: date) -> list[Club]:
    """The clubs that may answer, the likeliest first; none for an athlete who belongs nowhere."""
    if report.performance is not None and report.performance.club is not None:
        return [report.performance.club]
    days = [report.date, on] if report.date else [on]
    found = (club_of(report.athlete, on=day) for day in days)
    return list(dict.fromkeys(club for club in found if club is not None))


def disciplines_for(athlete: Athlete) -> QuerySet[Discipline]:
    """Single disciplines in which ``athlete`` may have a mark."""
    return all_disciplines().filter(sex__in=("", athlete.sex), legs=None)


def own_performance(athletes: list[Athlete], pk: int) -> Performance | None:
    """A current performance of one of ``athletes``."""
    found = Performance.objects.current().filter(athlete__in=athletes).select_related("athlete", "discipline", "club")
    return found.filter(pk=pk).first()


def marks_of_that_day(report: MarkReport, user: Visitor) -> list[Line]:
    """What the books have of the athlete on the day of the report, other than the mark it is about."""
    if report.date is None:
        return []
    found = Performance.objects.current().filter(athlete=report.athlete, date=report.date)
    loaded = found.select_related("discipline", "athlete", "club", "best").order_by("pk")
    return lines_of([one for one in loaded[:20] if one.pk != report.performance_id], user)
