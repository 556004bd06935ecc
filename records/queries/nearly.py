"""Athletes of a club who look like somebody new: a letter missed, a short form, a slip in the birth date."""

from __future__ import annotations

from collections import defaultdict

from records.domain.likeness import Face, likeness, name_keys
from records.models import Athlete, ClubSpell

LARGEST_BLOCK = 200
"""Athletes who share a key. A larger block tells nobody apart; its people meet in narrower ones."""


def face_of(athlete: Athlete) -> Face:
    """The name and the birth date alone."""
    return Face(athlete.given_name, athlete.family_name, athlete.sex, athlete.birth_date, athlete.birth_precision)


class NearNames:
    """Those who belong or belonged to one club, by what their names could be mistaken for. One query."""

    def __init__(self, club_id: int) -> None:
        own = ClubSpell.objects.filter(club=club_id).values("athlete")
        athletes = Athlete.objects.filter(pk__in=own, merged_into=None, erased=None)
        self._found: dict[tuple[object, ...], list[Athlete]] = {}
        self._sharing: dict[tuple[object, ...], list[Athlete]] = defaultdict(list)
        for athlete in athletes.order_by("pk"):
            for key in set(name_keys(face_of(athlete))):
                self._sharing[athlete.sex, *key].append(athlete)

    def like(self, face: Face) -> list[Athlete]:
        """Those whom the page of possible duplicates would show beside ``face``, the oldest entry first. A file says
        the same name in many rows: remembered."""
        said = (face.given, face.family, face.sex, face.born, face.precision)
        if said not in self._found:
            blocks = [self._sharing.get((face.sex, *key), []) for key in name_keys(face)]
            sharing = {one.pk: one for block in blocks if len(block) <= LARGEST_BLOCK for one in block}
            found = [one for _pk, one in sorted(sharing.items()) if likeness(face, face_of(one)).is_shown]
            self._found[said] = found
        return self._found[said]
