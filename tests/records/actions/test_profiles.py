"""Biographies and videos: what is taken, what is refused, and what becomes of both."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from records.actions.correcting import AlreadySuperseded, correct_performance
from records.actions.erasing import erase_athlete
from records.actions.merging import doubles_of, merge_athletes
from records.actions.parting import part_athletes
from records.actions.profiles import MOST_VIDEOS, ProfileRefused, add_video, remove_video, write_biography
from records.actions.undoing import undo_import
from records.models import Athlete, Performance, RelayLeg, Video
from records.queries.kept import touched_performance
from tests.factories import NOW, AthleteFactory, PerformanceFactory, imported
from tests.records.filming import ADDRESS, filmed
from trackhub.clubs.actions.accounts import delete_account
from trackhub.clubs.models import AuditEntry, Club, User

pytestmark = pytest.mark.django_db

MARKS = "id,family name,sex,event,mark,wind,date\nm1,Film,M,100,{mark},+1.0,2026-06-01\n"


@pytest.fixture
def mark(harbour: Club) -> Performance:
    return PerformanceFactory(athlete=AthleteFactory(family_name="Hill", club=harbour), mark="10.52")


def relay(*runners: Athlete) -> Performance:
    one = PerformanceFactory(athlete=runners[0], discipline="4x100", mark="42.10")
    Performance.objects.filter(pk=one.pk).update(athlete=None, team="Harbour A")
    for number, runner in enumerate(runners, start=1):
        RelayLeg.objects.create(performance=one, number=number, athlete=runner)
    one.refresh_from_db()
    return one


def test_a_biography_is_kept_as_text_and_as_a_deed(mark: Performance, alice: User, harbour: Club) -> None:
    athlete = Athlete.objects.get(pk=mark.athlete_id)
    write_biography(athlete, "  First.\r\n\r\nSecond. ", by=alice, at=NOW)
    athlete.refresh_from_db()
    assert athlete.biography == "First.\n\nSecond."
    write_biography(athlete, "First.\n\nSecond.", by=alice, at=NOW)
    write_biography(athlete, "", by=alice, at=NOW)
    deeds = AuditEntry.objects.filter(action="write_biography", target=f"athlete {athlete.pk}", club=harbour, by=alice)
    assert [deed.after["biography"] for deed in deeds.order_by("pk")] == ["First.\n\nSecond.", ""]


def test_a_biography_has_an_end_and_nobody_erased_gets_one(mark: Performance, alice: User) -> None:
    athlete = Athlete.objects.get(pk=mark.athlete_id)
    with pytest.raises(ProfileRefused, match="2000"):
        write_biography(athlete, "x" * 2001, by=alice, at=NOW)
    erase_athlete(athlete, by=alice, at=NOW)
    with pytest.raises(ProfileRefused, match="erased"):
        write_biography(athlete, "Back again.", by=alice, at=NOW)
    with pytest.raises(ProfileRefused, match="erased"):
        filmed(mark)


def test_a_video_is_added_once_and_removed_once(mark: Performance, alice: User) -> None:
    video = filmed(mark, alice, title=" The final ")
    assert (str(video), video.host, video.added_by) == ("The final", "video.example.org", alice)
    assert filmed(mark) == video
    assert str(Video(address=ADDRESS)) == "video.example.org"
    for _time in range(2):
        remove_video(Video.objects.filter(pk=video.pk).first() or video, by=alice, at=NOW)
    deeds = AuditEntry.objects.filter(target=f"performance {mark.pk}", action__contains="video").order_by("pk")
    assert [(deed.action, deed.before, deed.after) for deed in deeds] == [
        ("add_video", {}, {"video": "video.example.org"}),
        ("remove_video", {"video": "video.example.org"}, {}),
    ]


@pytest.mark.parametrize("address", ["", "http://video.example.org/", "javascript:alert(1)", f"{ADDRESS}{'x' * 300}"])
def test_an_address_that_is_none_is_refused(mark: Performance, address: str) -> None:
    with pytest.raises(ProfileRefused, match="https://") as refused:
        filmed(mark, address=address)
    assert refused.value.field == "address"


def test_no_other_address_comes_into_the_table(mark: Performance) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Video.objects.create(performance=mark, address="javascript:alert(1)", added=NOW)


def test_a_performance_has_five_at_most(mark: Performance) -> None:
    for number in range(MOST_VIDEOS):
        filmed(mark, address=f"{ADDRESS}{number}")
    with pytest.raises(ProfileRefused, match="at most 5 videos"):
        filmed(mark)
    assert filmed(mark, address=f"{ADDRESS}0")


def test_a_correction_takes_the_videos_along(mark: Performance, alice: User) -> None:
    video = filmed(mark)
    new = correct_performance(mark, by=alice, at=NOW, because="the sheet said so", mark="10.54")
    video.refresh_from_db()
    assert video.performance == new
    with pytest.raises(AlreadySuperseded):
        add_video(mark, address=ADDRESS, title="", by=alice, at=NOW)


def test_an_import_that_corrects_hands_them_on_and_back(harbour: Club) -> None:
    imported("performances", MARKS.format(mark="10.90"), club=harbour)
    video = filmed(Performance.objects.get())
    second = imported("performances", MARKS.format(mark="10.80"), club=harbour)
    video.refresh_from_db()
    assert (video.performance.batch, video.performance.mark) == (second, "10.80")
    undo_import(second, by=None, at=NOW)
    video.refresh_from_db()
    assert (video.performance.mark, Performance.objects.count()) == ("10.90", 1)


def test_a_video_goes_with_the_performance_of_an_import_taken_back(harbour: Club) -> None:
    batch = imported("performances", MARKS.format(mark="10.90"), club=harbour)
    filmed(Performance.objects.get())
    assert not Performance.objects.filter(touched_performance()).exists()
    undo_import(batch, by=None, at=NOW)
    assert not Performance.objects.exists()
    assert not Video.objects.exists()


def test_erasing_takes_both_away_and_the_name_out_of_other_biographies(harbour: Club, alice: User) -> None:
    gone, mate = (AthleteFactory(given_name=name, family_name="Qmarker", club=harbour) for name in ("Zed", "Ann"))
    alone, other = (PerformanceFactory(athlete=one, mark="10.90") for one in (gone, mate))
    for one in (alone, other, relay(gone, mate)):
        filmed(one)
    write_biography(gone, "Known to all as Zed.", by=alice, at=NOW)
    write_biography(mate, "Trains with Zed Qmarker.", by=alice, at=NOW)
    erased = erase_athlete(gone, by=alice, at=NOW)
    gone.refresh_from_db()
    mate.refresh_from_db()
    assert (gone.biography, mate.biography) == ("", f"Trains with {erased.name}.")
    assert [video.performance for video in Video.objects.all()] == [other]
    assert erased.doubtful == []
    said = str(list(AuditEntry.objects.filter(action="write_biography").values_list("before", "after")))
    assert "Zed" not in said


def test_a_deleted_account_leaves_biographies_and_videos_as_they_are(mark: Performance, dana: User) -> None:
    athlete = Athlete.objects.get(pk=mark.athlete_id)
    User.objects.filter(pk=dana.pk).update(name=str(athlete))
    video = filmed(mark, dana)
    write_biography(athlete, f"{athlete} came from football.", by=dana, at=NOW)
    dana.refresh_from_db()
    delete_account(dana, at=NOW)
    athlete.refresh_from_db()
    video.refresh_from_db()
    assert athlete.biography == f"{athlete} came from football."
    assert video.added_by is None


def test_a_merge_takes_a_biography_over_and_gives_it_back(harbour: Club, alice: User) -> None:
    survivor, merged = (AthleteFactory(family_name="Once", club=harbour) for _n in range(2))
    write_biography(merged, "Told by the other.", by=alice, at=NOW)
    merge = merge_athletes(survivor, merged=merged, by=alice, at=NOW)
    survivor.refresh_from_db()
    assert survivor.biography == "Told by the other."
    part_athletes(merge, by=alice, at=NOW)
    survivor.refresh_from_db()
    merged.refresh_from_db()
    assert (survivor.biography, merged.biography) == ("", "Told by the other.")


def test_one_s_own_biography_stays_in_a_merge(harbour: Club, alice: User) -> None:
    survivor, merged = (AthleteFactory(family_name="Once", club=harbour) for _n in range(2))
    for one in (survivor, merged):
        write_biography(one, f"By {one.pk}.", by=alice, at=NOW)
    merge_athletes(survivor, merged=merged, by=alice, at=NOW)
    survivor.refresh_from_db()
    assert survivor.biography == f"By {survivor.pk}."


def test_of_a_result_entered_twice_the_filmed_one_stays(harbour: Club) -> None:
    survivor, merged = (AthleteFactory(family_name="Once", club=harbour) for _n in range(2))
    mine, theirs = (PerformanceFactory(athlete=one, mark="10.90", on=date(2026, 6, 1)) for one in (survivor, merged))
    assert doubles_of(survivor, merged) == [(mine, theirs)]
    filmed(theirs)
    assert doubles_of(survivor, merged) == [(theirs, mine)]
