"""What an export says of the names somebody was known by, the entries that were merged, and who they aren't."""

from __future__ import annotations

from django.db.models import Q

from records.models import AthleteAlias, AthleteMerge, NotTheSame
from records.queries.subjects import Subject, of_people, of_user, plain_section


def _merges(who: Subject) -> Q:
    return Q(survivor__in=who.people) | Q(merged__in=who.people)


def _pairs(who: Subject) -> Q:
    return Q(one__in=who.people) | Q(other__in=who.people)


SECTIONS = (
    plain_section(
        "names_in_files", AthleteAlias, of_people("athlete"), ("source", "name_key"), ["records.AthleteAlias.athlete"]
    ),
    plain_section(
        "merges",
        AthleteMerge,
        _merges,
        ("survivor__id", "merged__id", "at", "undone"),  # what moved is in the sections of its tables
        ["records.AthleteMerge.survivor", "records.AthleteMerge.merged"],
    ),
    plain_section(
        "told_apart",
        NotTheSame,
        _pairs,
        ("one__id", "other__id", "at"),
        ["records.NotTheSame.one", "records.NotTheSame.other"],
    ),
    plain_section("merges_by_me", AthleteMerge, of_user("by"), ("id", "at"), ["records.AthleteMerge.by"]),
    plain_section(
        "merges_taken_back_by_me",
        AthleteMerge,
        of_user("undone_by"),
        ("id", "undone"),
        ["records.AthleteMerge.undone_by"],
    ),
    plain_section("told_apart_by_me", NotTheSame, of_user("by"), ("id", "at"), ["records.NotTheSame.by"]),
)
