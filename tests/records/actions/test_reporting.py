"""Athletes report marks, clubs answer."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core import mail
from django.utils import translation

from records.actions.correcting import AlreadySuperseded, correct_performance
from records.actions.reporting import (
    MOST_OPEN,
    AlreadyAnswered,
    ReportRefused,
    accept_report,
    decline_report,
    report_missing,
    report_wrong,
    withdraw_report,
)
from records.models import Athlete, Best, MarkReport, Performance, ProofFile
from tests.factories import NOW, AthleteFactory, ClubSpellFactory, PerformanceFactory, discipline
from tests.racing import at_once
from tests.records.claims import SAID, png, reported
from trackhub.clubs.models import AuditEntry, Club, Event, User

pytestmark = pytest.mark.django_db

HERE = "https://trackhub.example/accounts/reports/"


@pytest.fixture
def athlete(harbour: Club, dana: User) -> Athlete:
    return AthleteFactory(family_name="Diver", club=harbour, account=dana)


@pytest.fixture
def mark(athlete: Athlete) -> Performance:
    return PerformanceFactory(athlete=athlete, mark="10.80", wind=5, venue="Leeds", competition="County")


def as_it_stands(performance: Performance, **said: Any) -> dict[str, Any]:
    names = ("mark", "date", "venue", "competition", "round", "place", "facility", "discipline")
    return {name: getattr(performance, name) for name in names} | {"wind": performance.wind_text} | said


def full(report: MarkReport, **said: Any) -> dict[str, Any]:
    names = ("discipline", "mark", "date", "wind", "competition", "venue")
    return {name: getattr(report, name) for name in names} | {"round": "", "place": "", "facility": ""} | said


def wrong(performance: Performance, by: User, **said: Any) -> MarkReport:
    return report_wrong(performance, said=as_it_stands(performance, **said), file=None, by=by, at=NOW)


def accept(report: MarkReport, club: Club, by: User, answer: str = "", **said: Any) -> Performance:
    words = {"said": full(report, **said), "answer": answer, "address": HERE}
    return accept_report(report, club=club, by=by, at=NOW, **words)


def test_a_missing_mark_is_reported_with_its_proof(athlete: Athlete, dana: User, harbour: Club) -> None:
    said = {"discipline": discipline("100"), "said": SAID | {"text": "I have a photo"}}
    one = report_missing(athlete, file=[png()], by=dana, at=NOW, **said)
    assert (one.kind, one.state, one.mark, one.by) == ("missing", "open", "10.52", dana)
    assert ProofFile.objects.get() == one.file
    assert one.file.club == harbour
    assert AuditEntry.objects.get(action="report_mark").club == harbour
    assert Event.objects.get(kind="mark_reported").payload == {
        "report": one.pk, "kind": "missing", "athlete": athlete.pk, "performance": None
    }  # fmt: skip


@pytest.mark.parametrize(
    ("said", "field", "sentence"),
    [
        ({"mark": "fast"}, "mark", "not a mark of this discipline"),
        ({"mark": "3.00"}, "mark", "better than the world's best"),
        ({"wind": "breezy"}, "wind", "not a wind reading"),
        ({"date": date(2027, 1, 1)}, "date", "in the future"),
        ({"date": date(1997, 1, 1)}, "date", "before the athlete's birth"),
    ],
)
def test_nonsense_is_told_beside_the_field(
    said: dict[str, Any], field: str, sentence: str, athlete: Athlete, dana: User
) -> None:
    with pytest.raises(ReportRefused, match=sentence) as refused:
        reported(athlete, dana, **said)
    assert refused.value.field == field
    assert not MarkReport.objects.exists()


def test_the_same_missing_mark_is_reported_once(athlete: Athlete, dana: User) -> None:
    reported(athlete, dana)
    with pytest.raises(ReportRefused, match="reported this mark already"):
        reported(athlete, dana)
    assert reported(athlete, dana, mark="10.60").pk


def test_a_mark_is_reported_wrong_once_at_a_time(mark: Performance, dana: User, bob: User, harbour: Club) -> None:
    first = wrong(mark, dana, mark="10.70")
    with pytest.raises(ReportRefused, match="has been reported already"):
        wrong(mark, dana, mark="10.60")
    decline_report(first, club=harbour, because="no", by=bob, at=NOW, address=HERE)
    assert wrong(mark, dana, mark="10.60").pk


def test_so_many_and_no_more(athlete: Athlete, dana: User) -> None:
    for hundredths in range(MOST_OPEN):
        reported(athlete, dana, mark=f"11.{hundredths:02}")
    with pytest.raises(ReportRefused, match="20 reports are waiting"):
        reported(athlete, dana, mark="12.00")


def test_a_report_of_something_wrong_says_what(mark: Performance, dana: User) -> None:
    with pytest.raises(ReportRefused, match="Say what is wrong") as refused:
        wrong(mark, dana)
    assert refused.value.field == "text"
    assert wrong(mark, dana, text="that wasn't me").text == "that wasn't me"


def test_relays_and_people_without_a_club_or_a_name_have_nobody_to_ask(
    mark: Performance, dana: User, athlete: Athlete
) -> None:
    relay = PerformanceFactory(athlete=athlete, mark="10.90")
    relay.athlete, relay.team = None, "Harbour"
    with pytest.raises(ReportRefused, match="relay"):
        report_wrong(relay, said=SAID, file=None, by=dana, at=NOW)
    with pytest.raises(ReportRefused, match="No club keeps your marks"):
        reported(AthleteFactory(), dana)
    Athlete.objects.filter(pk=athlete.pk).update(erased=NOW)
    athlete.refresh_from_db()
    with pytest.raises(ReportRefused, match="asked to be erased"):
        reported(athlete, dana)


def test_accepting_enters_the_missing_mark_in_one_step(
    athlete: Athlete, dana: User, bob: User, harbour: Club, django_capture_on_commit_callbacks: Any
) -> None:
    one = reported(athlete, dana)
    with django_capture_on_commit_callbacks(execute=True):
        made = accept(one, harbour, bob, "found in the results", round="Final", place="2", facility="outdoor")
    assert (made.mark, made.wind, made.club, made.round, made.place) == ("10.52", 11, harbour, "Final", "2")
    assert Best.objects.get(performance=made).pb == "PB"
    one.refresh_from_db()
    assert (one.state, one.outcome, one.answer, one.decided_by) == ("accepted", made, "found in the results", bob)
    message = mail.outbox[0]
    assert message.to == [dana.email]
    assert HERE in message.body
    assert "found in the results" in message.body
    told = Event.objects.get(kind="report_answered").payload
    assert (told["state"], told["outcome"]) == ("accepted", made.pk)


def test_the_club_of_the_day_gets_the_mark_and_the_club_of_today_answers(
    dana: User, bob: User, harbour: Club, other: Club
) -> None:
    mover = AthleteFactory(account=dana)
    ClubSpellFactory(athlete=mover, club=other, ends=date(2026, 7, 1))
    ClubSpellFactory(athlete=mover, club=harbour, starts=date(2026, 7, 2))
    assert accept(reported(mover, dana), harbour, bob).club == other
    assert accept(reported(mover, dana, date=date(2026, 8, 1)), harbour, bob).club == harbour
    late = AthleteFactory()
    ClubSpellFactory(athlete=late, club=harbour, starts=date(2026, 7, 2))
    assert accept(reported(late, dana), harbour, bob).club == harbour


def test_accepting_corrects_the_wrong_mark_and_the_old_version_stays(
    mark: Performance, dana: User, bob: User, harbour: Club
) -> None:
    one = wrong(mark, dana, mark="10.70", venue="York")
    new = accept(one, harbour, bob, date=date(2026, 6, 2), wind="+0.9", round="Heat 1", discipline=discipline("100"))
    mark.refresh_from_db()
    assert mark.superseded_by == new
    assert (new.mark, new.venue, new.date, new.wind, new.round) == ("10.70", "York", date(2026, 6, 2), 9, "Heat 1")
    assert AuditEntry.objects.get(action="correct_performance").after["because"] == "reported by the athlete"


def test_another_discipline_is_a_correction_too(mark: Performance, dana: User, bob: User, harbour: Club) -> None:
    one = wrong(mark, dana, text="it was the 60 m")
    new = accept(one, harbour, bob, "yes", discipline=discipline("110H"), mark="15.80")
    assert (new.discipline.code, new.mark) == ("110H", "15.80")


def test_a_mark_written_otherwise_is_the_same_mark(mark: Performance, dana: User, bob: User, harbour: Club) -> None:
    one = wrong(mark, dana, mark="10,80", text="?")
    with pytest.raises(ReportRefused, match="Nothing differs"):
        accept(one, harbour, bob, mark="10,80")
    one.refresh_from_db()
    assert one.state == "open", "the answer is taken back with it"
    with pytest.raises(ReportRefused) as refused:
        accept(one, harbour, bob, mark="quick")
    assert refused.value.field == "mark"


def test_a_mark_that_was_corrected_meanwhile_leaves_the_report_open(
    mark: Performance, dana: User, bob: User, harbour: Club
) -> None:
    one = wrong(mark, dana, mark="10.70")
    correct_performance(mark, by=bob, at=NOW, because="x", venue="York")
    with pytest.raises(AlreadySuperseded):
        accept(one, harbour, bob)
    one.refresh_from_db()
    assert one.state == "open"


def test_declined_with_a_reason_that_the_athlete_reads_in_their_language(
    athlete: Athlete, dana: User, bob: User, harbour: Club, django_capture_on_commit_callbacks: Any
) -> None:
    with translation.override("es"):
        one = reported(athlete, dana)
    with pytest.raises(ReportRefused, match="Say why"):
        decline_report(one, club=harbour, because=" ", by=bob, at=NOW, address=HERE)
    assert AuditEntry.objects.get(action="report_mark").after == {"language": "es"}
    with django_capture_on_commit_callbacks(execute=True):
        decline_report(one, club=harbour, because="not in the results", by=bob, at=NOW, address=HERE)
    assert (one.state, one.answer) == ("declined", "not in the results")
    assert "not in the results" in mail.outbox[0].body


def test_the_second_answer_is_told(athlete: Athlete, dana: User, alice: User, bob: User, harbour: Club) -> None:
    one = reported(athlete, dana)
    other = MarkReport.objects.get(pk=one.pk)
    decline_report(one, club=harbour, because="no", by=bob, at=NOW, address=HERE)
    with pytest.raises(AlreadyAnswered, match=r"declined already \(Bob\)"):
        accept(other, harbour, alice)
    with pytest.raises(AlreadyAnswered):
        withdraw_report(other, by=dana, at=NOW)
    assert not Performance.objects.exists()


def test_a_report_is_withdrawn(athlete: Athlete, dana: User, bob: User, harbour: Club) -> None:
    one = reported(athlete, dana)
    withdraw_report(one, by=dana, at=NOW)
    assert one.state == "withdrawn"
    assert AuditEntry.objects.get(action="withdraw_report").club == harbour
    alone = reported(athlete, dana)
    athlete.spells.all().delete()
    withdraw_report(alone, by=dana, at=NOW)
    assert alone.state == "withdrawn"


def test_the_answer_stands_without_a_mail(
    athlete: Athlete, dana: User, bob: User, harbour: Club, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    gone = reported(athlete, dana, mark="10.60")
    MarkReport.objects.filter(pk=gone.pk).update(by=None)
    for one in (reported(athlete, dana), MarkReport.objects.get(pk=gone.pk)):
        AuditEntry.objects.filter(target=f"markreport {gone.pk}").delete()
        with django_capture_on_commit_callbacks(execute=True):
            decline_report(one, club=harbour, because="no", by=bob, at=NOW, address=HERE)
    assert MarkReport.objects.filter(state="declined").count() == 2


def test_whose_trail_was_erased_still_gets_the_answer(
    athlete: Athlete, dana: User, bob: User, harbour: Club, django_capture_on_commit_callbacks: Any
) -> None:
    one = reported(athlete, dana)
    AuditEntry.objects.all().delete()
    with django_capture_on_commit_callbacks(execute=True):
        decline_report(one, club=harbour, because="no", by=bob, at=NOW, address=HERE)
    assert mail.outbox[0].subject == "Harbour AC has answered your report"


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgresql
def test_two_clicks_and_two_registrars_at_once(athlete: Athlete, dana: User, bob: User, harbour: Club) -> None:
    answers = at_once(lambda: reported(athlete, dana), lambda: reported(athlete, dana))
    assert sorted(type(one).__name__ for one in answers) == ["MarkReport", "ReportRefused"]
    pk = MarkReport.objects.get().pk

    def act() -> Performance:
        return accept(MarkReport.objects.select_related("athlete", "discipline").get(pk=pk), harbour, bob)

    answers = at_once(act, act)
    assert sorted(type(one).__name__ for one in answers) == ["AlreadyAnswered", "Performance"]
    assert Performance.objects.count() == 1
