"""Search: athletes, clubs, records and competitions by what somebody typed, with or without accents and slips.

What is spelled as it was typed stands alone; only where a kind has nothing of that spelling, near ones are looked
for. The words of public names are gathered for that once an hour and kept in the cache; what came since is added at
each search. Words of hidden names are never gathered, so that no near spelling gives one away.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import partial, reduce
from itertools import product
from operator import or_
from typing import Any, TypeVar

from django.db.models import Case, CharField, F, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Concat, Replace

from records.domain.names import fold
from records.domain.seeking import Sought, best_first, near_to, rank_of, sought_in
from records.models import AgeGroup, Athlete, Discipline, Record, RecordBook
from records.models.disciplines import Sex
from records.queries.gathered import Competition, competitions_held, words_of_names
from records.queries.lines import Page, Visitor, page_of
from trackhub.clubs.models import Club

PER_GROUP = 10
LONGEST = 80
"""Letters that are read of what was typed."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Found(Page[T]):
    """One page of one kind, the best first. ``near``: nothing is spelled as typed; these differ by a slip."""

    near: bool = False


def looked_up(
    text: str,
    look: Callable[[Sought, bool, int], Page[T]],
    vocabulary: Callable[[], Collection[str]],
    page: int,
) -> Found[T]:
    """What ``look`` finds of ``text`` as typed; where that is nothing at all, what differs from it by a slip.

    ``look`` takes what is sought, whether that is near spellings, and the page.
    """
    sought, near = sought_in(text), False
    if not sought:
        return Found([], page, more=False)
    found = look(sought, near, page)
    if not found.items and not (page > 1 and look(sought, near, 1).items):
        sought, near = near_to(sought, vocabulary()), True
        found = look(sought, near, page) if sought else found
    return Found(found.items, page, found.more, near and bool(found.items))


def athletes_named(text: str, user: Visitor, *, page: int = 1, size: int = PER_GROUP) -> Found[Athlete]:
    """Athletes whom ``user`` may see with every word in the name: whole words first, then beginnings, then the rest."""

    def look(sought: Sought, near: bool, number: int) -> Page[Athlete]:
        return page_of(_athletes(user, sought, near=near), number, size)

    return looked_up(text, look, words_of_names, page)


def _athletes(user: Visitor, sought: Sought, *, near: bool) -> QuerySet[Athlete]:
    padded = Concat(Value(" "), Replace(F("name_key"), Value(","), Value("")), Value(" "))
    found, rank = Athlete.objects.visible_to(user).alias(words=padded), Value(0)
    for spellings in sought:
        found = found.filter(_any("name_key__contains", spellings))
        if near:  # the nearest spelling first
            steps = [When(name_key__contains=word, then=n) for n, word in enumerate(spellings)]
        else:
            steps = [When(_any("words__contains", (f" {word} " for word in spellings)), then=0)]
            steps += [When(_any("words__contains", (f" {word}" for word in spellings)), then=1)]
        rank = rank + Case(*steps, default=len(steps))  # type: ignore[assignment]
    return found.order_by(rank, "name_key", "pk")


def _any(lookup: str, texts: Iterable[str]) -> Q:
    return reduce(or_, (Q(**{lookup: text}) for text in texts))


def clubs_named(text: str, *, page: int = 1, size: int = PER_GROUP) -> Found[Club]:
    """Clubs with every word in name, short name or town."""
    return among(text, Club.objects.order_by("name"), ("name", "short_name", "town"), page, size)


def books_named(text: str, *, page: int = 1, size: int = PER_GROUP) -> Found[RecordBook]:
    books = RecordBook.objects.select_related("club", "scheme", "policy").order_by("slug")
    return among(text, books, ("name",), page, size)


def disciplines_named(text: str, *, page: int = 1, size: int = PER_GROUP) -> Found[Discipline]:
    """Disciplines with every word in name or code; '100m' is '100 m'."""
    return among(text, Discipline.objects.order_by("place_in_list", "code"), ("english_name", "code"), page, size)


def competitions_named(text: str, *, page: int = 1, size: int = PER_GROUP) -> Found[Competition]:
    """Competitions by name, of public results; the newest first among equals."""
    held = competitions_held()
    return _listed(text, held, [one.key for one in held], page, size)


def among(text: str, rows: QuerySet[Any], fields: Sequence[str], page: int, size: int) -> Found[Any]:
    """Rows of a small table, whose ``fields`` are read whole: no column of them is folded."""
    found = list(rows)
    return _listed(text, found, [key_of(*(getattr(one, name) for name in fields)) for one in found], page, size)


def key_of(*texts: str) -> str:
    """The words of all ``texts``, and each text written without its spaces."""
    folded = [fold(text) for text in texts if text]
    return " ".join([*folded, *(one.replace(" ", "") for one in folded if " " in one)])


def _listed(text: str, items: Sequence[T], keys: Sequence[str], page: int, size: int) -> Found[T]:
    def look(sought: Sought, _near: bool, number: int) -> Page[T]:
        return page_of([items[place] for place in best_first(sought, keys)], number, size)

    return looked_up(text, look, partial(words_of, keys), page)


def words_of(keys: Iterable[str]) -> set[str]:
    return {word for key in keys for word in key.split()}


def records_named(text: str, *, page: int = 1, size: int = PER_GROUP) -> Found[Record]:
    """Standing records of clubs and the site, by words of the discipline, and of the book, the class and the age group.

    'harbour women 100 m' and 'u20 long jump' are understood; without an age group it is the record at any age. The
    name of a book alone asks for no record. Of equal ones the first holder's.
    """
    dimensions = _dimensions()
    words = [key for dimension in dimensions for key in dimension.values()]

    def look(sought: Sought, _near: bool, number: int) -> Page[Record]:
        wanted = _lists_that_fit(sought, dimensions)
        if not wanted:
            return Page([], number, more=False)
        found = Record.objects.filter(reduce(or_, wanted), until=None, equal=False).select_related(
            "book", "discipline", "performance__athlete", "performance__club", "performance__discipline",
            "legacy__discipline",
        )  # fmt: skip
        order = ("discipline__place_in_list", "discipline", "sex", "age_group", "book__name", "facility", "timing")
        return page_of(found.order_by(*order, "pk"), number, size)

    return looked_up(text, look, partial(words_of, words), page)


def rows_of(records: Sequence[Record], columns: Sequence[str]) -> list[dict[str, Any]]:
    """``columns`` of ``records``, in their order. One query."""
    rows = {row["id"]: row for row in Record.objects.filter(pk__in=[one.pk for one in records]).values(*columns)}
    return [rows[one.pk] for one in records]


FIELDS = ("discipline", "age_group", "sex", "book")
"""What a list of records is known by, in the order of _dimensions."""


def _dimensions() -> tuple[dict[str, str], ...]:
    """By FIELDS the words of each value. One query."""
    found: dict[str, dict[str, str]] = {name: {} for name in FIELDS}
    found["sex"] = {sex.value: key_of(str(sex.label)) for sex in Sex}
    for name, value, *texts in (
        _values(Discipline.objects.all(), "discipline", "pk", "english_name", "code")
        .union(_values(AgeGroup.objects.all(), "age_group", "code", "code", "code"))
        .union(_values(RecordBook.objects.all(), "book", "pk", "name", "name"))
    ):
        found[name][value] = key_of(*dict.fromkeys(texts))
    return tuple(found.values())


def _values(rows: QuerySet[Any], name: str, value: str, *texts: str) -> QuerySet[Any]:
    said = [Cast(F(column), CharField()) for column in (value, *texts)]
    return rows.order_by().values_list(Value(name, CharField()), *said)


def _lists_that_fit(sought: Sought, dimensions: Sequence[dict[str, str]]) -> list[Q]:
    """Conditions on records, one for each way in which the words can be shared out among FIELDS."""
    shares = [_shares(sought, keys) for keys in dimensions]
    every = frozenset(range(len(sought)))
    wanted = []
    for parts in product(*(share.items() for share in shares)):
        said = [words for words, _values in parts]
        if frozenset().union(*said) != every or not (said[0] or said[1]):
            continue
        condition = Q() if said[1] else Q(age_group="")
        for name, (words, values) in zip(FIELDS, parts, strict=True):
            condition &= Q(**{f"{name}__in": values}) if words else Q()
        wanted.append(condition)
    return wanted


def _shares(sought: Sought, keys: dict[str, str]) -> dict[frozenset[int], list[str]]:
    """Values by the words that are theirs, as a whole or from the beginning; no word at all is every value's."""
    shares: dict[frozenset[int], list[str]] = {frozenset(): []}
    for value, key in keys.items():
        ranks = [rank_of((spellings,), key) for spellings in sought]
        if own := frozenset(n for n, rank in enumerate(ranks) if rank is not None and rank < 2):
            shares.setdefault(own, []).append(value)
    return shares
