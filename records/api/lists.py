"""Lists and single things that anybody may read: athletes, performances, disciplines, books, records, rankings."""

from __future__ import annotations

from datetime import date
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from records.actions.looking import note_look
from records.api import serializers as shape
from records.api import shapes
from records.domain.eligibility import BestList
from records.models import Athlete, Discipline, Performance, Record, RecordBook, Video
from records.models.disciplines import Sex
from records.models.performances import Facility
from records.queries import catalogue
from records.queries.lines import Faces
from records.queries.standing import disciplines_called
from records.queries.videos import videos_of
from records.queries.why import why
from trackhub.clubs.rest.filters import YesOrNo
from trackhub.clubs.rest.views import ApiView, ListView

YEARS = {"min_value": 1850, "max_value": 2200}
T = TypeVar("T", bound=Model)


class Narrowing(filters.FilterSet, Generic[T]):
    """Filters read by address; one that can't be read is refused with its field."""

    def by_discipline(self, found: QuerySet[T], name: str, code: str) -> QuerySet[T]:
        return found.filter(discipline__in=disciplines_called(code))

    def by_athlete(self, found: QuerySet[T], name: str, pk: int) -> QuerySet[T]:
        """A withheld name isn't given away by asking for its bearer."""
        seen = Athlete.objects.visible_to(self.request.user).filter(pk=pk)
        return found.filter(**{f"{name}__in": seen})


class PerformanceFilter(Narrowing[Performance]):
    athlete = filters.NumberFilter(method="by_athlete", min_value=1, max_value=2**63 - 1)
    club = filters.CharFilter("club__slug")
    discipline = filters.CharFilter(method="by_discipline", help_text="As files write it: 100, LJ, SP5.")
    sex = filters.ChoiceFilter(choices=Sex.choices)
    season = filters.NumberFilter(**YEARS)
    facility = filters.ChoiceFilter(choices=Facility.choices)
    status = filters.ChoiceFilter(choices=[(name, name) for name in ("valid", "dnf", "dns", "dq", "nm")])
    since = filters.DateFilter("date", "gte")
    until = filters.DateFilter("date", "lte")
    competition = filters.CharFilter(method="by_competition", help_text="As it is written; say since with it.")
    venue = filters.CharFilter(method="by_competition", help_text="As it is written; say since with it.")
    legal = YesOrNo("flaws", method="by_legality")
    pb = YesOrNo("best__career", "gt", method="by_best")

    def by_competition(self, found: QuerySet[Performance], name: str, text: str) -> QuerySet[Performance]:
        """Among days, which an index finds; in all the years one would look for it in every mark."""
        if not self.data.get("since"):
            raise ValidationError({name: [_("Say with since= from which day on.")]})
        return found.filter(**{name: text})

    def by_legality(self, found: QuerySet[Performance], name: str, legal: bool) -> QuerySet[Performance]:
        return found.filter(flaws=0) if legal else found.exclude(flaws=0)

    def by_best(self, found: QuerySet[Performance], name: str, best: bool) -> QuerySet[Performance]:
        bests = {"best_list": BestList.LEGAL, "best__career__gt": 0}
        return found.filter(**bests) if best else found.exclude(**bests)


ORDER = OpenApiParameter("ordering", enum=["-id", "id", "-date", "date"], default="-id")


class Ordered(ListView):
    """A list whose order the address may choose."""

    orders = ("-id", "id", "-date", "date")

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        order = self.request.query_params.get("ordering", "-id")
        if order not in self.orders:
            raise ValidationError({"ordering": [_("Choose among: {all}.").format(all=", ".join(self.orders))]})
        self.order_by(order, *([] if "id" in order else [order.replace("date", "id")]))
        return super().filter_queryset(queryset)


@extend_schema(methods=["GET"], parameters=[ORDER])
class Performances(Ordered):
    """Current performances; those of athletes whom you may not see are left out."""

    examples = {"discipline": "100", "sex": "M", "season": 2026, "legal": True, "ordering": "-date"}
    serializer_class = shape.PerformanceShape
    filterset_class = PerformanceFilter

    def get_queryset(self) -> Any:
        return catalogue.performances_seen_by(self.request.user).values(*shapes.PERFORMANCE_COLUMNS)

    def shaped(self, rows: Any) -> list[dict[str, Any]]:
        return shapes.performances(rows, self.request.user)


@extend_schema(responses=shape.PerformanceDetailShape)
class OnePerformance(ApiView):
    """One version of a performance, and why it counts or doesn't in each list it could stand in."""

    conditional = True

    def get(self, request: Request, pk: int) -> Response:
        found = catalogue.performance_seen_by(request.user, pk)
        if found is None:
            raise Http404
        note_look(found.athlete, by=request.user, at=timezone.now())
        return Response(detail_of(found, request))


def detail_of(one: Performance, request: Request) -> dict[str, Any]:
    row = Performance.objects.visible_to(request.user).values(*shapes.PERFORMANCE_COLUMNS).get(pk=one.pk)
    return {
        **shapes.performances([row], request.user)[0],
        "legs": [{"id": leg.pk, "name": str(leg)} for leg in catalogue.legs_seen_by(request.user, one)],
        "superseded_by": one.superseded_by_id,
        "annulled_because": one.annulled_because,
        "videos": [video_shaped(video) for video in videos_of(one, Faces([one], request.user)) or ()],
        "why": [{"list": v.list_name, "counts": v.counts, "because": v.sentence} for v in why(one)],
    }


def video_shaped(video: Video) -> dict[str, Any]:
    return {"id": video.pk, "address": video.address, "title": video.title}


class AthleteFilter(Narrowing[Athlete]):
    name = filters.CharFilter(method="by_name", help_text="Every word, whatever the accents and the order.")
    sex = filters.ChoiceFilter(choices=[choice for choice in Sex.choices if choice[0] in "MF"])
    country = filters.CharFilter(max_length=3)
    club = filters.CharFilter(method="by_club", help_text="Whoever ran for it at any time.")

    def by_name(self, found: Any, name: str, text: str) -> Any:
        return found.named(text)

    def by_club(self, found: Any, name: str, slug: str) -> Any:
        return found.filter(spells__club__slug=slug).distinct()


class Athletes(ListView):
    """Athletes whom you may see."""

    examples = {"name": "sam open", "sex": "M", "club": "harbour"}
    serializer_class = shape.AthleteShape
    filterset_class = AthleteFilter

    def get_queryset(self) -> Any:
        return Athlete.objects.visible_to(self.request.user)

    def shaped(self, rows: Any) -> list[dict[str, Any]]:
        return athletes_shaped(rows)


def athletes_shaped(athletes: list[Athlete]) -> list[dict[str, Any]]:
    clubs = catalogue.clubs_of_athletes([one.pk for one in athletes], on=timezone.localdate())
    return [
        {
            "id": one.pk,
            "given_name": one.given_name,
            "family_name": one.family_name,
            "sex": one.sex,
            "born": one.birth_date.year if one.birth_date else None,
            "country": one.country,
            "clubs": clubs[one.pk],
            "url": one.get_absolute_url(),
        }
        for one in athletes
    ]


def athlete_or_404(request: Request, pk: int) -> Athlete:
    found = Athlete.objects.visible_to(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@extend_schema(responses=shape.AthleteDetailShape)
class OneAthlete(ApiView):
    """One athlete."""

    conditional = True

    def get(self, request: Request, pk: int) -> Response:
        athlete = athlete_or_404(request, pk)
        note_look(athlete, by=request.user, at=timezone.now())
        return Response(athletes_shaped([athlete])[0] | {"biography": athlete.biography})


YEAR = {"type": "integer", "minimum": YEARS["min_value"], "maximum": YEARS["max_value"], "example": 2026}
SEASON = OpenApiParameter("season", YEAR, description="Season's bests of this season; personal bests without it.")


@extend_schema(parameters=[SEASON], responses=shape.BestShape(many=True))
class Bests(ApiView):
    """Bests by discipline, facility and list; wind-aided and hand-timed ones are kept apart."""

    conditional = True

    def get(self, request: Request, pk: int) -> Response:
        athlete = athlete_or_404(request, pk)
        rows = catalogue.bests_of(athlete, season=whole(request, "season")).values(*shapes.PERFORMANCE_COLUMNS)
        first: dict[tuple[str, str, int], Any] = {}
        for row in rows:
            first.setdefault((row["discipline__code"], row["facility"], row["best_list"]), row)
        shaped = shapes.performances(list(first.values()), request.user)
        bests = zip(first, shaped, strict=True)
        return Response(
            [
                {"discipline": code, "facility": where, "list": BestList(which).name.lower(), "performance": one}
                for (code, where, which), one in bests
            ]
        )


def whole(request: Request, name: str) -> int | None:
    """A year from the address."""
    text = request.query_params.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and YEARS["min_value"] <= int(text[:9]) <= YEARS["max_value"]):
        raise ValidationError({name: [_("A year such as 2026.")]})
    return int(text)


def day(request: Request, name: str) -> date | None:
    """A date from the address."""
    text = request.query_params.get(name, "")
    try:
        found = parse_date(text)
    except ValueError:
        found = None
    if text and found is None:
        raise ValidationError({name: [_("A date such as 2026-05-31.")]})
    return found


class DisciplineFilter(filters.FilterSet):
    family = filters.CharFilter()
    measure = filters.CharFilter()


_DISCIPLINE = tuple(str(name) for name in shape.DisciplineShape().fields)


class Disciplines(ListView):
    """Every discipline with its specification."""

    examples = {"family": "sprint", "measure": "time"}
    serializer_class = shape.DisciplineShape
    filterset_class = DisciplineFilter

    def get_queryset(self) -> Any:
        return catalogue.all_disciplines()

    def shaped(self, rows: Any) -> list[dict[str, Any]]:
        return [{name: getattr(row, name) for name in _DISCIPLINE} for row in rows]


class BookFilter(filters.FilterSet):
    club = filters.CharFilter("club__slug")


class Books(ListView):
    """Record books with the policies in force."""

    examples = {"club": "harbour"}
    serializer_class = shape.BookShape
    filterset_class = BookFilter

    def get_queryset(self) -> Any:
        return catalogue.all_books()

    def shaped(self, rows: Any) -> list[dict[str, Any]]:
        return [book_shaped(one) for one in rows]


POLICY = ("wind", "hand", "ties", "facilities", "inheritance", "claims")


def book_shaped(book: RecordBook) -> dict[str, Any]:
    return {
        "slug": book.slug,
        "name": str(book),
        "club": book.club.slug if book.club else None,
        "age_group_scheme": str(book.scheme.code) if book.scheme else None,
        "policy": {name: getattr(book.policy, name) for name in POLICY} if book.policy else None,
    }


class RecordFilter(Narrowing[Record]):
    book = filters.CharFilter("book__slug")
    discipline = filters.CharFilter(method="by_discipline")
    sex = filters.ChoiceFilter(choices=Sex.choices)
    age_group = filters.CharFilter(method="by_age_group", help_text="A code, or 'open' for all ages.")
    facility = filters.ChoiceFilter(choices=Facility.choices)
    athlete = filters.NumberFilter("performance__athlete", method="by_athlete", min_value=1, max_value=2**63 - 1)
    since = filters.DateFilter("set_on", "gte", help_text="Set on this day or later.")

    def by_age_group(self, found: QuerySet[Record], name: str, code: str) -> QuerySet[Record]:
        return found.filter(age_group="" if code == "open" else code)


ON = OpenApiParameter("on", date, description="As they stood on this day.")
HISTORY = OpenApiParameter("history", bool, description="Every step, not only what stands.")


@extend_schema(parameters=[ON, HISTORY])
class Records(ListView):
    """Records of all books, standing today unless ``on`` names a day or ``history`` asks for the succession."""

    examples = {"book": "harbour", "discipline": "100", "age_group": "open", "on": "2026-11-01"}
    serializer_class = shape.RecordShape
    filterset_class = RecordFilter

    def get_queryset(self) -> Any:
        history = self.request.query_params.get("history") in ("true", "1")
        found = catalogue.all_records(day(self.request, "on"), history=history)
        return found.values(*shapes.RECORD_COLUMNS)

    def shaped(self, rows: Any) -> list[dict[str, Any]]:
        return shapes.records(rows, self.request.user)


def discipline_asked(request: Request) -> Discipline:
    code, sex = (request.query_params.get(name, "").replace("\0", "") for name in ("discipline", "sex"))
    found = catalogue.discipline_called(code, sex) if code else None
    if found is None:
        raise ValidationError({"discipline": [_("Name a discipline of /api/v1/disciplines/, and the sex with it.")]})
    return found
