"""Taking a merge of athletes back: what is still where the merge put it goes back, the rest is said."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import ForeignKey
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from records.actions.folding import Fold, one_at_a_time
from records.actions.merging import MOVES, performances_of
from records.actions.rejudging import rejudge_ages, rejudge_flaws
from records.models import Athlete, AthleteMerge, Honour, NotTheSame, Performance
from records.queries.comparing import foreign_club
from records.queries.voices import club_of
from records.signals import athletes_parted
from trackhub.clubs.actions.audit import record_deed
from trackhub.clubs.actions.telling import tell
from trackhub.clubs.domain.kinds import Kind
from trackhub.clubs.models import User

_BIRTH = {"birth_date", "birth_precision"}


class NotPartable(ValueError):
    """A merge that can't be taken back, in a sentence."""


@dataclass
class Parted:
    """What stays with the survivor: results corrected since the merge, facts changed since, rows that went elsewhere
    or whose other end is gone; and results that came since, of which nobody knows whose they are."""

    corrected: int = 0
    facts: int = 0
    elsewhere: int = 0
    came_since: int = 0

    @property
    def kept(self) -> int:
        return self.corrected + self.facts + self.elsewhere

    @property
    def sentences(self) -> list[str]:
        said = (
            (
                self.corrected,
                ngettext(
                    "{n} result stays with {name}, because somebody has corrected it since.",
                    "{n} results stay with {name}, because somebody has corrected them since.",
                    self.corrected,
                ),
            ),
            (
                self.facts,
                ngettext(
                    "{n} fact of {name} stays as it is, because somebody has changed it since.",
                    "{n} facts of {name} stay as they are, because somebody has changed them since.",
                    self.facts,
                ),
            ),
            (
                self.elsewhere,
                ngettext(
                    "{n} entry has been removed or given to somebody else since.",
                    "{n} entries have been removed or given to somebody else since.",
                    self.elsewhere,
                ),
            ),
            (
                self.came_since,
                ngettext(
                    "{n} result came after the merge and stays with {name}: look whose it is.",
                    "{n} results came after the merge and stay with {name}: look whose they are.",
                    self.came_since,
                ),
            ),
        )
        return [sentence.replace("{n}", str(count)) for count, sentence in said if count]


def part_athletes(merge: AthleteMerge, *, by: User | None, at: datetime) -> Parted:
    """Two athletes again, as far as nothing has been changed since. Raises NotPartable."""
    with transaction.atomic():
        one_at_a_time()
        if not AthleteMerge.objects.filter(pk=merge.pk, undone=None).update(undone=at, undone_by=by):
            raise NotPartable(_("This merge has been taken back already."))
        merge.refresh_from_db()
        survivor, merged = merge.survivor, merge.merged
        if by and (refusal := foreign_club(by, survivor)):
            raise NotPartable(refusal)
        if survivor.erased or merged.erased:
            raise NotPartable(_("One of the two has been erased: nobody knows any more what was whose."))
        if survivor.merged_into_id or merged.merged_into_id != survivor.pk:
            raise NotPartable(_("{name} was merged again later. Take that back first.").format(name=survivor))
        with Fold() as fold:
            fold.touch(performances_of(survivor, merged))
            parted = _moved_back(merge.moved, survivor, merged)
            AthleteMerge.objects.filter(pk=merge.pk).update(moved={})
            for athlete in (survivor, merged):
                rejudge_ages(athlete)
            fold.touch(performances_of(survivor, merged))
        club, ids = club_of(survivor, on=at.date()), {"survivor": survivor.pk, "merged": merged.pk}
        tell(Kind.ATHLETES_PARTED, club=club, payload={**ids, "kept": parted.kept}, at=at)
        after = {"merged": merged.pk, **asdict(parted)}
        record_deed("part_athletes", target=f"athlete {survivor.pk}", by=by, at=at, club=club, after=after)
        transaction.on_commit(lambda: athletes_parted.send(Athlete, **ids))
    return parted


def _moved_back(moved: dict[str, Any], survivor: Athlete, merged: Athlete) -> Parted:
    parted = Parted()
    came = Performance.objects.current().filter(athlete=survivor, pk__gt=moved["newest"] or 0, supersedes=None)
    parted.came_since = came.count()
    _give_facts_back(moved, survivor, merged, parted)
    for label, ids in moved["made"].items():
        apps.get_model(label)._default_manager.filter(pk__in=ids).delete()
    corrected = _corrected_since(moved.get("records.performance", []), survivor)
    parted.corrected = len(corrected)
    for move in MOVES:
        ids = [pk for pk in moved.get(move.name, ()) if move.model is not Performance or pk not in corrected]
        back = move.model._default_manager.filter(pk__in=ids, **{move.field: survivor})
        parted.elsewhere += len(ids) - back.update(**{move.field: merged})
    for one in moved["removed"]:
        parted.elsewhere += not _bring_back(one)
    annulled = moved["annulled"]
    doubles = Performance.objects.filter(pk__in=annulled["ids"], annulled_because=annulled["because"])
    ids = list(doubles.values_list("pk", flat=True))
    doubles.update(annulled_because="")
    rejudge_flaws(Performance.objects.filter(pk__in=ids))
    return parted


def _give_facts_back(moved: dict[str, Any], survivor: Athlete, merged: Athlete, parted: Parted) -> None:
    """Facts that are as the merge left them; an account goes back to the athlete that had it."""
    fields = {one.attname: one for one in Athlete._meta.concrete_fields}
    left = {name: fields[name].to_python(value) for name, value in moved["after"].items()}
    changed = {name for name, value in left.items() if value != getattr(survivor, name)}
    if changed & _BIRTH:
        # A date and how well it is known are one fact.
        changed |= _BIRTH
    parted.facts = len(changed - {"birth_precision"})
    back = [name for name in left if name not in changed]
    for name in back:
        setattr(survivor, name, fields[name].to_python(moved["before"][name]))
    survivor.save(update_fields=[*back, "name_key"])
    merged.merged_into = None
    if "account_id" in back:
        merged.account_id = left["account_id"]
    merged.save(update_fields=["merged_into", "account_id"])


def _corrected_since(ids: list[int], survivor: Athlete) -> set[int]:
    """Of the results that moved, those of which a version has come since; with their older versions."""
    superseded = Performance.objects.filter(athlete=survivor).values_list("pk", "superseded_by")
    successors = {pk: successor for pk, successor in superseded if successor is not None}
    own, found = set(ids), set()
    for pk in ids:
        last = pk
        while last in own and last in successors:
            last = successors[last]
        if last not in own:
            found.add(pk)
    return found


def _bring_back(said: dict[str, Any]) -> bool:
    """Make the removed row again, with its id. Not where an end is gone that it can't be without."""
    model, row = apps.get_model(said["model"]), dict(said["row"])
    for field in model._meta.concrete_fields:
        if isinstance(field, ForeignKey) and row[field.attname] is not None:
            if field.remote_field.model._default_manager.filter(pk=row[field.attname]).exists():
                continue
            if not field.null:
                return False
            row[field.attname] = None
    made = model(**{one.attname: one.to_python(row[one.attname]) for one in model._meta.concrete_fields})
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:  # somebody has made it again since
        return False
    if said["honour"]:
        Honour.objects.filter(pk=said["honour"], award__isnull=False).update(award=made.pk)
    return True


def tell_apart(one: Athlete, other: Athlete, *, by: User | None, at: datetime) -> None:
    """Somebody who knows says that the two aren't one person; they are no possible duplicates any more."""
    low, high = sorted((one, other), key=lambda athlete: athlete.pk)
    with transaction.atomic():
        NotTheSame.objects.get_or_create(one=low, other=high, defaults={"by": by, "at": at})
        record_deed("tell_athletes_apart", target=f"athlete {low.pk}", by=by, at=at, after={"other": high.pk})
