"""Changing the rules of a record book: what a change would do, and doing it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from records.actions.folding import rebuild
from records.actions.steps import CLUB_BOOKS, POLICY_COLUMNS, SITE_BOOKS, make_room, record_steps
from records.models import Discipline, Evidence, Record, RecordBook, RecordPolicy
from records.queries.effects import Effect, Standing, effect_of
from records.queries.lines import Visitor
from trackhub.clubs.actions.audit import record_deed
from trackhub.clubs.actions.telling import tell
from trackhub.clubs.domain.kinds import Kind
from trackhub.clubs.models import User


class PolicyRefused(ValueError):
    """Rules that can't come into force, in a sentence."""


class PolicyOvertaken(PolicyRefused):
    """Somebody else changed the rules after they were read."""


def propose_policy(book: RecordBook, *, seen: int | None = None, note: str = "", **options: Any) -> RecordPolicy:
    """The version that would follow the one in force, with ``options`` (of OPTIONS) in place of its own; not saved.

    ``seen`` is the number of the version that whoever proposes it has read, None for the one that ``book`` holds.
    Raises PolicyOvertaken where another is in force, PolicyRefused for options that can't be, or that change nothing.
    """
    old = book.policy
    number = old.version if old else 0
    if seen is not None and seen != number:
        raise PolicyOvertaken(_overtaken(number))
    policy = RecordPolicy(
        book=book, version=number + 1, note=note, **((old.options if old else {}) | _in_order(options))
    )
    try:
        policy.clean_fields(exclude=["refuses"])
    except ValidationError as error:
        raise PolicyRefused(" ".join(error.messages)) from None
    if old and policy.options == old.options:
        raise PolicyRefused(_("Nothing is changed: these are the rules in force, version {n}.").format(n=number))
    policy.settle()
    return policy


def _in_order(options: dict[str, Any]) -> dict[str, Any]:
    """Lists without repeats and in one order, so that the same choice is equal to itself."""
    said = dict(options)
    if "any_wind" in said:
        codes = set(said["any_wind"])
        known = Discipline.objects.filter(code__in=codes).order_by("place_in_list", "code")
        said["any_wind"] = list(dict.fromkeys(known.values_list("code", flat=True)))
        if unknown := codes.difference(said["any_wind"]):
            raise PolicyRefused(_("No discipline is called {codes}.").format(codes=", ".join(sorted(unknown))))
    if "evidence" in said:
        asked = set(said["evidence"])
        said["evidence"] = [kind.value for kind in Evidence.Kind if kind in asked]
        if unknown := asked.difference(said["evidence"]):
            raise PolicyRefused(_("No evidence is called {names}.").format(names=", ".join(sorted(unknown))))
    return said


def _overtaken(number: int) -> str:
    return _(
        "Somebody changed the rules while you were looking at them: version {n} is in force now. Nothing was saved."
        " Compare your choice with it and try again."
    ).format(n=number)


def change_policy(
    book: RecordBook, *, by: User | None, at: datetime, seen: int | None = None, note: str = "", **options: Any
) -> RecordPolicy:
    """The next version of the book's rules comes into force, and the book alone is folded by it.

    Arguments and refusals are those of propose_policy. An older version comes back as a new one with its ``options``.
    """
    policy = propose_policy(book, seen=seen, note=note, **options)
    policy.by, policy.created = by, at
    old = book.policy
    was = old.options if old else {}
    after = {name: value for name, value in policy.options.items() if name not in was or was[name] != value}
    with transaction.atomic():
        try:
            with transaction.atomic():
                policy.save()
        except IntegrityError:
            # Two at once: the constraint lets one of them make this version.
            raise PolicyOvertaken(_overtaken(policy.version)) from None
        RecordBook.objects.filter(pk=book.pk).update(policy=policy)
        rebuild(book)
        tell(Kind.POLICY_CHANGED, club=book.club, payload={"book": book.slug, "version": policy.version}, at=at)
        record_deed(
            "change_policy",
            target=f"recordbook {book.pk}",
            by=by,
            at=at,
            club=book.club,
            before={"version": policy.version - 1, **{name: was[name] for name in after if name in was}},
            after={"version": policy.version, **after, "because": note},
        )
    book.policy = policy
    return policy


_TEXT = ("any_wind_ids", "ties", "hand", "facilities", "inheritance", "claims")
_PROPOSED = ", ".join(f"CAST(%s AS {'text' if name in _TEXT else 'integer'}) AS {name}" for name in POLICY_COLUMNS)


def policy_effect(book: RecordBook, policy: RecordPolicy, user: Visitor, *, shown: int = 300) -> Effect:
    """What the book's standing records would be by ``policy`` (of propose_policy), beside what they are, as ``user``
    may see them; of the lists that change the first ``shown`` are told one by one.

    The fold's own query with other rules in its place: it reads, and holds nobody up. For one club it takes as long as
    folding its book; for a book of the whole site it reads every performance, which is no work for a request.
    """
    before = Record.objects.filter(book=book, until=None).values_list(*Standing._fields)
    return effect_of(book, policy, [Standing(*row) for row in before], _standing_by(book, policy), user, shown=shown)


def _standing_by(book: RecordBook, policy: RecordPolicy) -> list[Standing]:
    kind = SITE_BOOKS if book.club_id is None else CLUB_BOOKS
    steps = record_steps(
        {**kind, "books": f"b.id = {int(book.pk)}", "policies": f"(SELECT {_PROPOSED})", "in_force": "1 = 1"}
    )
    values = [getattr(policy, name) for name in POLICY_COLUMNS]
    with transaction.atomic(), connection.cursor() as cursor:
        make_room(cursor)
        # Both halves of the categories name the rules.
        cursor.execute(f"SELECT {', '.join(Standing._fields)} FROM ({steps}) steps WHERE until IS NULL", values * 2)
        return [Standing(*row) for row in cursor.fetchall()]
