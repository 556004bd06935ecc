"""The calendar of a club, as everybody may see it: days with results, and ceremonies that the club announces."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Max, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from records.documents.calendars import Occasion
from records.models import Ceremony, Performance
from records.queries.feeds import key_of
from trackhub.clubs.models import AuditEntry, Club

SPAN = timedelta(days=400)
"""So far back a calendar reaches."""
MOST = 300


def occasions_of(club: Club, *, today: date) -> list[Occasion]:
    """Days with results of the last year and a bit, the latest first, then ceremonies. Three queries."""
    return [*_result_days(club, today), *_ceremonies(club, today)]


def _result_days(club: Club, today: date) -> list[Occasion]:
    """By competition, venue and day. Nobody is named."""
    seen = Performance.objects.visible_to(AnonymousUser()).current()
    found = seen.filter(club=club, date__range=(today - SPAN, today), date_precision="day").exclude(competition="")
    days = found.order_by().values("competition", "venue", "country", "date")
    # Runners of a relay are counted with the team: one result.
    counted = days.annotate(results=Count("pk"), athletes=Count("athlete", distinct=True))
    return [_result_day(club, row) for row in counted.order_by("-date", "competition", "venue")[:MOST]]


def _result_day(club: Club, row: Mapping[str, Any]) -> Occasion:
    competition, venue, country, day = (row[name] for name in ("competition", "venue", "country", "date"))
    results, athletes = row["results"], row["athletes"]
    said = [ngettext("{n} result", "{n} results", results).format(n=results)]
    if athletes:
        said.append(ngettext("{n} athlete", "{n} athletes", athletes).format(n=athletes))
    where = f"{venue} ({country})" if venue and country else venue or country
    asked = {"competition": competition, "venue": venue, "from": day.isoformat(), "until": day.isoformat()}
    return Occasion(
        key_of("result-day", f"{club.pk}|{competition}|{venue}|{country}|{day}"),
        competition,
        _("{club}: {counts}").format(club=club.name, counts=", ".join(said)),
        where,
        reverse("results", query=asked),
        day,
        datetime.combine(day, time(12), UTC),
    )


def _ceremonies(club: Club, today: date) -> list[Occasion]:
    """Those that the club announces; who is honoured and invited stays its own."""
    since = datetime.combine(today - SPAN, time.min, UTC)
    found = list(Ceremony.objects.filter(club=club, public=True, starts__gte=since).order_by("-starts", "-pk")[:MOST])
    deeds = AuditEntry.objects.filter(target__in=[f"ceremony {one.pk}" for one in found]).order_by().values("target")
    changes = Count("pk", filter=Q(action="change_ceremony"))
    revised = {row["target"]: (row["changes"], row["last"]) for row in deeds.annotate(changes=changes, last=Max("at"))}
    occasions = []
    for one in found:
        revision, last = revised.get(f"ceremony {one.pk}", (0, one.starts))
        occasions.append(
            Occasion(
                key_of("ceremony", str(one.pk)),
                one.title,
                "",
                one.place,
                club.get_absolute_url(),
                one.starts.astimezone(UTC),
                last.astimezone(UTC).replace(microsecond=0),
                revision,
            )
        )
    return occasions
