"""An athlete says that a mark is missing or wrong; the club answers, and what it accepts is entered in one step."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import partial
from smtplib import SMTPException
from typing import Any

from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from records.actions.correcting import correct_performance, enter_performance
from records.actions.proving import keep_proof
from records.domain.judging import date_fault, parse_wind
from records.domain.marks import MarkRefused, parse_mark
from records.models import Athlete, Discipline, MarkReport, Performance
from records.queries.reports import clubs_to_answer
from records.queries.voices import club_of
from records.sentences import say
from trackhub.clubs.actions.audit import record_deed
from trackhub.clubs.actions.telling import tell
from trackhub.clubs.domain.kinds import Kind
from trackhub.clubs.models import AuditEntry, Club, User

logger = logging.getLogger(__name__)

MOST_OPEN = 20
"""Reports of one athlete that may wait for an answer at a time."""


class ReportRefused(ValueError):
    """A report, or an answer to one, that can't be taken. ``field`` is where the form went wrong, '' for nowhere."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


class AlreadyAnswered(ReportRefused):
    """Somebody else has answered, or it was withdrawn meanwhile."""


def report_missing(
    athlete: Athlete,
    *,
    discipline: Discipline,
    said: Mapping[str, Any],
    file: Iterable[bytes] | None,
    by: User,
    at: datetime,
) -> MarkReport:
    """A mark that the site doesn't have. ``said`` gives mark and date, and may give wind, competition, venue, text.

    Raises ReportRefused and FileRefused."""
    check_said(athlete, discipline, said, today=at.date())
    report = MarkReport(athlete=athlete, kind=MarkReport.Kind.MISSING, discipline=discipline)
    return _hand_in(report, said, file, by=by, at=at)


def report_wrong(
    performance: Performance, *, said: Mapping[str, Any], file: Iterable[bytes] | None, by: User, at: datetime
) -> MarkReport:
    """A mark that isn't right. ``said`` is how it should read, as for report_missing, or a text that says it.

    Raises ReportRefused and FileRefused."""
    athlete = performance.athlete
    if athlete is None:
        raise ReportRefused(_("A relay is put right by the club that handed its result in."))
    check_said(athlete, performance.discipline, said, today=at.date())
    if not said.get("text") and not changes_of(performance, said):
        raise ReportRefused(_("Say what is wrong: change what should read otherwise, or write it below."), "text")
    report = MarkReport(
        athlete=athlete, kind=MarkReport.Kind.WRONG, performance=performance, discipline=performance.discipline
    )
    return _hand_in(report, said, file, by=by, at=at)


def check_said(athlete: Athlete, discipline: Discipline, said: Mapping[str, Any], *, today: date) -> None:
    """Raises ReportRefused beside the field that nobody can have achieved or read."""
    try:
        parse_mark(said["mark"], discipline.specification, athlete.sex)
    except MarkRefused as refusal:
        raise ReportRefused(say(refusal.code, refusal.values), "mark") from None
    try:
        parse_wind(said.get("wind", ""))
    except MarkRefused as refusal:
        raise ReportRefused(say(refusal.code, refusal.values), "wind") from None
    fault = date_fault(said["date"], today=today, born=athlete.birth_date, birth_precision=athlete.birth_precision)
    if fault:
        raise ReportRefused(say(fault, {"text": said["date"], "born": athlete.born}), "date")


def changes_of(performance: Performance, said: Mapping[str, Any]) -> dict[str, Any]:
    """What of ``said`` differs from the performance, as correct_performance takes it. ``said`` has been checked."""
    changes: dict[str, Any] = {}
    discipline = said.get("discipline") or performance.discipline
    if discipline != performance.discipline:
        changes["discipline"] = discipline
    new = parse_mark(said["mark"], discipline.specification, performance.sex)
    same = (new.value, new.status, new.timing) == (performance.value, performance.status, performance.timing)
    if said["mark"] != performance.mark and not same:
        changes["mark"] = said["mark"]
    if said["date"] != performance.date:
        changes["on"] = said["date"]
    if (wind := parse_wind(said.get("wind", ""))) != performance.wind:
        changes["wind"] = wind
    words = {name: said[name] for name in ("competition", "venue", "round", "place") if name in said}
    if said.get("facility"):
        words["facility"] = said["facility"]
    return changes | {name: text for name, text in words.items() if text != getattr(performance, name)}


def _hand_in(
    report: MarkReport, said: Mapping[str, Any], file: Iterable[bytes] | None, *, by: User, at: datetime
) -> MarkReport:
    for name in ("mark", "date", "wind", "competition", "venue", "text"):
        setattr(report, name, said.get(name, ""))
    report.by, report.at = by, at
    if report.athlete.erased:
        raise ReportRefused(say("erased_athlete"))
    clubs = clubs_to_answer(report, on=at.date())
    if not clubs:
        raise ReportRefused(
            _("No club keeps your marks at present, so nobody could answer. Ask a club to take you in.")
        )
    with transaction.atomic():
        # Two clicks at once would both find no report waiting.
        Athlete.objects.select_for_update().get(pk=report.athlete_id)
        _check_new(report)
        if file is not None:
            report.file = keep_proof(file, club=clubs[0], by=by, at=at)
        report.save()
        _tell(Kind.MARK_REPORTED, report, club=clubs[0], at=at)
        record_deed(
            "report_mark",
            target=f"markreport {report.pk}",
            by=by,
            at=at,
            club=clubs[0],
            after={"language": get_language()},  # that of the answer
        )
    return report


def _check_new(report: MarkReport) -> None:
    waiting = MarkReport.objects.filter(athlete=report.athlete, state=MarkReport.State.OPEN)
    if report.performance is not None:
        if waiting.filter(performance=report.performance).exists():
            raise ReportRefused(_("This mark has been reported already, and the club hasn't answered yet."))
    elif waiting.filter(performance=None, discipline=report.discipline, date=report.date, mark=report.mark).exists():
        raise ReportRefused(_("You have reported this mark already, and the club hasn't answered yet."))
    if waiting.count() >= MOST_OPEN:
        raise ReportRefused(_("{count} reports are waiting for an answer: wait until some are answered.").format(
            count=MOST_OPEN))  # fmt: skip


def withdraw_report(report: MarkReport, *, by: User, at: datetime) -> None:
    """Take one's report back before it is answered. Raises AlreadyAnswered."""
    with transaction.atomic():
        _answer(report, MarkReport.State.WITHDRAWN, "", by=by, at=at)
        club = next(iter(clubs_to_answer(report, on=at.date())), None)
        record_deed("withdraw_report", target=f"markreport {report.pk}", by=by, at=at, club=club)


def decline_report(report: MarkReport, *, club: Club, because: str, by: User, at: datetime, address: str) -> None:
    """The club says no and why; the athlete gets it by mail. Raises ReportRefused, AlreadyAnswered."""
    because = because.strip()
    if not because:
        raise ReportRefused(_("Say why: it is what the athlete reads."), "because")
    with transaction.atomic():
        _answer(report, MarkReport.State.DECLINED, because, by=by, at=at)
        _answered(report, club=club, by=by, at=at, address=address)


def accept_report(
    report: MarkReport, *, club: Club, said: Mapping[str, Any], answer: str, by: User, at: datetime, address: str
) -> Performance:
    """Enter the missing mark, or correct the wrong one, as the registrar has it: all or nothing.

    ``said`` gives discipline, mark, date, wind, competition, venue, round, place and facility. Raises AlreadyAnswered,
    ReportRefused (also where a correction would change nothing), and what entering and correcting raise.
    """
    check_said(report.athlete, said["discipline"], said, today=at.date())
    answer = answer.strip()
    with transaction.atomic():
        _answer(report, MarkReport.State.ACCEPTED, answer, by=by, at=at)
        if report.performance is None:
            found = _enter(report.athlete, said, club=club, by=by, at=at)
        else:
            changes = changes_of(report.performance, said)
            if not changes:
                raise ReportRefused(
                    _("Nothing differs from what stands there. Change it, or decline the report and say why.")
                )
            because = answer or _("reported by the athlete")
            found = correct_performance(report.performance, by=by, at=at, because=because, **changes)
        report.outcome = found
        report.save(update_fields=["outcome"])
        _answered(report, club=club, by=by, at=at, address=address)
    return found


def _enter(athlete: Athlete, said: Mapping[str, Any], *, club: Club, by: User, at: datetime) -> Performance:
    words = {name: said[name] for name in ("competition", "venue", "round", "place", "facility") if said.get(name)}
    wind = parse_wind(said.get("wind", ""))
    # The club of the day, if there was one: the one that answers may be another.
    mine = {} if club_of(athlete, on=said["date"]) else {"club": club}
    return enter_performance(
        athlete, discipline=said["discipline"], mark=said["mark"], on=said["date"], by=by, at=at, wind=wind,
        **words, **mine,
    )  # fmt: skip


def _answer(report: MarkReport, state: str, answer: str, *, by: User, at: datetime) -> None:
    changed = {"state": state, "answer": answer[:300], "decided": at, "decided_by": by}
    if not MarkReport.objects.filter(pk=report.pk, state=MarkReport.State.OPEN).update(**changed):
        now = MarkReport.objects.select_related("decided_by").get(pk=report.pk)
        raise AlreadyAnswered(
            _("This report is {state} already ({who}), so nothing was changed.").format(
                state=now.get_state_display(), who=now.decided_by or "–"
            )
        )
    report.refresh_from_db(fields=list(changed))


def _answered(report: MarkReport, *, club: Club, by: User, at: datetime, address: str) -> None:
    _tell(Kind.REPORT_ANSWERED, report, club=club, at=at, state=report.state, outcome=report.outcome_id)
    record_deed(
        f"{'accept' if report.state == MarkReport.State.ACCEPTED else 'decline'}_report",
        target=f"markreport {report.pk}",
        by=by,
        at=at,
        club=club,
        after={"because": report.answer, "performance": report.outcome_id},
    )
    transaction.on_commit(partial(_send_answer, report, club, address))


def _tell(kind: Kind, report: MarkReport, *, club: Club, at: datetime, **more: object) -> None:
    which = {"report": report.pk, "kind": report.kind, "athlete": report.athlete_id}
    tell(kind, club=club, payload={**which, "performance": report.performance_id, **more}, at=at)


def _send_answer(report: MarkReport, club: Club, address: str) -> None:
    """In the language in which it was reported. The answer stands on the page, whatever becomes of the mail."""
    if report.by is None or not report.by.is_active:
        return
    asked = AuditEntry.objects.filter(action="report_mark", target=f"markreport {report.pk}").first()
    with override(asked.after.get("language") if asked else None):
        subject = " ".join(_("{club} has answered your report").format(club=club.name).split())
        said = {"report": report, "club": club, "address": address}
        text = render_to_string("records/report_mail.txt", said)
    try:
        send_mail(subject, text, None, [report.by.email])
    except (OSError, SMTPException) as error:
        logger.warning("the answer to report %s could not be mailed: %s", report.pk, error)
