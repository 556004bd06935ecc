"""What the codes of refusals, warnings and reasons say to a registrar, in the reader's language.

The domain speaks in codes with values; the sentence is made here, at the moment somebody reads it.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, str | Promise] = {
    # the file
    "empty_file": _("The file is empty."),
    "no_rows": _("The file has a header but no rows below it."),
    "too_large": _("The file is larger than {limit} MB. Split it, or ask the operator to raise the limit."),
    "wrong_type": _("This is not a table but a {found}. Save the sheet as CSV or XLSX and hand that in."),
    "old_excel": _("This is an old Excel file (.xls) or one with a password. Save it as .xlsx without a password."),
    "infected": _("The virus scanner refuses this file. Clean the computer that it comes from, then save it anew."),
    "not_scanned": _("The virus scanner doesn't work at the moment, so nothing is read. Hand the file in again later."),
    "not_text": _("This is not a text file. Save the sheet as CSV or XLSX and hand that in."),
    "mixed_encodings": _("Row {row} is written in another encoding than the rest. Save the whole file as UTF-8."),
    "cell_too_long": _("Row {row} has a cell of more than {limit} characters."),
    "unclosed_quote": _("A quotation mark opened in row {row} is never closed."),
    "too_many_columns": _("The file has {found} columns; at most {limit} are read."),
    "row_too_long": _("Row {row} is longer than {limit} characters."),
    "too_many_cells": _("The sheet spans {found} cells; at most {limit} are read. Save the table alone as CSV."),
    "workbook_too_large": _(
        "The workbook unpacks to {megabytes} MB or more; at most {limit} MB are read. Save the sheet as CSV."
    ),
    "broken_workbook": _("The workbook is damaged and can't be opened. Save it again and hand that in."),
    "read_as_cp1252": _("The file is not UTF-8; it was read as Windows text (cp1252). Check names with accents."),
    "read_as_mac_roman": _("The file is not UTF-8; it was read as Mac text (Mac-Roman). Check names with accents."),
    "read_as_utf_16": _("The file was read as UTF-16."),
    "nul_bytes_removed": _("The file held NUL bytes; they were left out."),
    # proofs
    "proof_too_large": _("The file is larger than {limit} MB. Scan it with fewer dots, or save it smaller."),
    "not_a_proof": _("This is neither a picture (JPEG, PNG, GIF, WebP) nor a PDF, whatever its name says."),
    "broken_picture": _("The picture is damaged and can't be opened. Save it again and hand that in."),
    "too_many_pixels": _("The picture has more than {limit} million dots. Save it smaller and hand that in."),
    "broken_pdf": _("The PDF is damaged or can't be looked through. Print it to a new PDF and hand that in."),
    "active_pdf": _("The PDF holds a script, a file within, or a lock. Print it to a new PDF and hand that in."),
    "original_gone": _("The original file is no longer kept. Hand it in again."),
    # the columns
    "missing_column": _("No column says {column}. The header is: {header}. Name the column yourself."),
    "duplicate_header": _("The column “{column}” is there twice. Rename one of them."),
    "no_such_column": _("There is no column “{column}”. The header is: {header}."),
    "no_such_target": _("“{target}” is nothing that a column can say. Choose from: {targets}."),
    # the row
    "extra_cells": _("The row has {found} cells, the header has {expected}. Is a comma missing its quotation marks?"),
    "no_mark": _("There is no mark."),
    "withdrawn": _("“{text}”: the athlete withdrew, so there is no result."),
    "ambiguous_mark": _("“{text}” could be {first} or {second}. Write it in full."),
    "unreadable_mark": _("“{text}” is not a mark of this discipline."),
    "sixty_or_more": _("“{text}” can't be: behind a colon there are at most 59 minutes or seconds."),
    "twelve_inches": _("“{text}” has twelve or more inches."),
    "three_decimals": _("“{text}” has three decimals; distances are in whole centimetres. Is a digit too many?"),
    "too_good": _("“{text}” is more than 5 % better than the world's best of {best}. Check the mark."),
    "too_poor": _("“{text}” is more than eight times the world's best of {best}. Check the mark and its unit."),
    "unknown_discipline": _("“{text}” is not a discipline that TrackHub knows."),
    "no_discipline": _("There is no discipline."),
    "unknown_environment": _("“{text}” is not an environment. Write outdoor, indoor or road."),
    "unreadable_wind": _("“{text}” is not a wind reading. Write it as +1.4, or NWI for none."),
    "unreadable_date": _("“{text}” is not a date. Write it as 2026-05-31."),
    "ambiguous_date": _("“{text}” could be two dates. Say in which order day and month stand, or write 2026-05-31."),
    "no_date": _("There is no date."),
    "date_in_future": _("{text} is in the future."),
    "date_too_early": _("{text} is before athletics was timed."),
    "date_before_birth": _("{text} is before the athlete's birth ({born}). One of the two dates is wrong."),
    "too_young": _("On {text} the athlete, born {born}, was under five years old."),
    "too_old": _("On {text} the athlete, born {born}, was over 110 years old."),
    "birth_in_future": _("The birth date {text} is in the future."),
    "unknown_athlete": _("No athlete has the id {text} in source {source}. Import the athletes first."),
    "unknown_leg": _("No athlete has the id {text}, which this relay names."),
    "no_athlete": _("The row names no athlete."),
    "several_athletes": _("{count} athletes are called {text}: {candidates}. Give the birth date or the id."),
    "doubtful_athlete": _(
        "{text} may be {candidates}, but the birth date doesn't say so. Give the id, or the birth date."
    ),
    "possible_duplicate": _(
        "{text} may be the same person as {candidates}, and is taken for somebody new. Compare the two."
    ),
    "row_twice": _("The row says the same as row {row}; one athlete is made, not two."),
    "athlete_there": _("{text} is there already: {candidates}. No second one is made."),
    "no_name": _("The row has no family name."),
    "name_is_a_date": _("“{text}” looks like a date, not a name. Has the spreadsheet changed it?"),
    "name_is_a_formula": _("“{text}” is a formula, not a name."),
    "name_is_a_number": _("“{text}” is a number, not a name."),
    "unknown_sex": _("“{text}” is not a sex. Write M or F (X for a mixed relay)."),
    "sex_differs": _("The row says {text}, the athlete is {known}."),
    "unknown_club": _("There is no club “{text}”. Leave the column of clubs out, or have the club created first."),
    "other_club": _("{text} is in {known}. Give the day of the change (club from) to record a transfer."),
    "runs_for_another": _(
        "On that day the athlete belonged to {known}. The mark counts for this club all the same; leave the row out if"
        " it shouldn't."
    ),
    "left_before_joining": _("The athlete would have left on {text}, before joining on {joined}."),
    "not_your_club": _("The row is of {text}, but this import is of {club}."),
    "too_long": _("“{text}…” is longer than {limit} characters."),
    "id_elsewhere": _(
        "This id is that of another club's row: a file of this club can't change it. Give the row another id."
    ),
    "kept_elsewhere": _(
        "The athlete belongs to another club, which keeps the name, the birth date and the ids: they stay."
    ),
    "belongs_elsewhere": _("In that time the athlete belongs to {known}: the two spells would overlap."),
    "not_left_yet": _("Only {known} itself can say that the athlete left it before {day}: until then results count."),
    "id_twice": _("The id {text} stands in row {row} too, with other contents."),
    "unknown_age_group": _("“{text}” is not an age group of {scheme}."),
    "no_holder": _("The row names no holder."),
    "kept_correction": _("The mark was corrected by hand since; the correction stays."),
    "erased_athlete": _("This athlete asked to be erased: nothing about them is taken in again."),
    "unreadable_field_size": _("“{text}” is not a number of competitors (1 to {limit})."),
    "rank_only": _("There is no mark, only a place."),
    # two athletes who look like one
    "same_name": _("The same name."),
    "same_words": _("The same names in another order."),
    "nickname": _("One name is a short or everyday form of the other."),
    "slip": _("The names differ by a letter or two, as a typing slip does."),
    "transposed_slip": _("Given and family name have changed places, with a letter or two different."),
    "shorter_name": _("One has a name less, the others are the same."),
    "initial": _("One is written with an initial, or without a given name."),
    "same_birth_date": _("The same birth date."),
    "same_birth_year": _("The same year of birth; of one the day isn't known."),
    "swapped_birth_date": _("Day and month of birth are swapped: perhaps a slip, which alone proves nothing."),
    "birth_date_slip": _("The birth dates differ by one digit: perhaps a slip, perhaps two persons."),
    "other_birth_date": _("The birth dates contradict each other."),
    "other_birth_year": _("The years of birth contradict each other."),
    "same_mark": _("The same mark in the same discipline on {day}."),
    "two_places": _("On {day} one competed in {one} and one in {other}."),
    "two_ids": _("The source {source} knows them by two different ids."),
    "other_sex": _("One is entered as male, one as female."),
    # medals
    "no_place": _("There is no place."),
    "unreadable_place": _("“{text}” is not a place. Write 1, 2, 3 …"),
    "place_without_award": _("Place {text} brings no award: places from 1 to {limit} are kept."),
    "no_competition": _("There is no competition."),
    "day_needed": _("“{text}” names no day. Write the day of the competition, as 2026-05-31."),
    "no_such_athlete": _("No athlete of the club is called {text}. Check the spelling, or add the athlete first."),
    "which_athlete": _(
        "More than one athlete is called {text}: {candidates}. Write the number behind the name, as in “no. 12”."
    ),
    "other_place": _("Place {known} is kept for this athlete in this contest. Remove that medal first."),
    "place_twice": _("Row {row} gives the same athlete place {known} in this contest."),
}


def say(code: str, values: Mapping[str, object] | None = None) -> str:
    """The sentence for ``code`` with ``values`` filled in."""
    return str(SENTENCES.get(code, code)).format(**(values or {}))


TARGETS: dict[str, str | Promise] = {
    "external_id": _("id"),
    "athlete_external_id": _("athlete's id"),
    "full_name": _("full name"),
    "given_name": _("given name"),
    "family_name": _("family name"),
    "native_name": _("name in own script"),
    "sex": _("sex"),
    "birth_date": _("birth date"),
    "birth_year": _("birth year"),
    "club": _("club"),
    "club_from": _("in the club from"),
    "club_until": _("in the club until"),
    "claim": _("claim (first, second)"),
    "nation": _("athlete's country"),
    "country": _("country"),
    "discipline": _("discipline"),
    "mark": _("mark"),
    "wind": _("wind"),
    "timing": _("timing (auto, hand)"),
    "place": _("place"),
    "round": _("round"),
    "environment": _("outdoors, indoors or road"),
    "competition": _("competition"),
    "venue": _("venue"),
    "date": _("date"),
    "note": _("note"),
    "combined_event": _("part of a combined event"),
    "team": _("relay team"),
    "legs": _("runners' ids"),
    "field_size": _("how many competed"),
    "age_group": _("age group"),
    "holder": _("holder"),
}
"""What a column may say, in a registrar's words."""


def target_name(target: str) -> str:
    """The name of what a column says; the code itself, in words, where nobody gave it one."""
    return str(TARGETS.get(target, target.replace("_", " ")))


FAMILIES: dict[str, str | Promise] = {
    "sprint": _("Sprints"),
    "middle": _("Middle distance"),
    "long": _("Long distance"),
    "hurdles": _("Hurdles"),
    "steeple": _("Steeplechase"),
    "relay": _("Relays"),
    "jump": _("Jumps"),
    "throw": _("Throws"),
    "combined": _("Combined events"),
    "road": _("Road running"),
    "walk": _("Race walking on the track"),
    "roadwalk": _("Race walking on the road"),
    "cross": _("Cross-country"),
}
"""Disciplines that belong together."""


def family_name(family: str) -> str:
    """The name of a family of disciplines; its code where nobody named it."""
    return str(FAMILIES.get(family, family))


def verdict_counts_text(result: Mapping[str, int]) -> str:
    """One line on an import: '1,200 new, 3 refused'."""
    return gettext("{created} new, {changed} changed, {duplicates} there already, {refused} refused").format(**result)


def refusal_text(refusal: Mapping[str, object] | None) -> str:
    """The sentence for the refusal that an ImportBatch keeps."""
    if not refusal:
        return ""
    values = refusal.get("values")
    return say(str(refusal["code"]), values if isinstance(values, dict) else {})
