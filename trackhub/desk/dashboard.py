"""What waits for a club's registrar, counted. Each number leads to the list of exactly those rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.admin import AdminSite
from django.core.cache import cache
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from records.models import Athlete, ImportBatch, MarkReport, Performance, Record, RecordClaim
from records.queries.claims import candidate_marks
from records.queries.desk import set_lately, waiting, without_birth_date, without_wind_reading
from records.queries.duplicates import possible_duplicates
from trackhub.clubs.models import Club
from trackhub.clubs.queries import site_version
from trackhub.desk.scope import rows_of

Narrow = Callable[[QuerySet[Any], date], QuerySet[Any]]


@dataclass(frozen=True, slots=True)
class Asked:
    """One number: of which rows, and the filter of their list that shows the same."""

    what: str | Promise
    model: type[Any]
    narrow: Narrow
    filters: dict[str, str]
    asks: bool = True
    """Something is to be done about it; else it is good news."""


@dataclass(frozen=True, slots=True)
class Notice:
    what: str | Promise
    number: int
    address: str
    asks: bool


ASKED = (
    Asked(
        _("claims to decide"), RecordClaim, lambda rows, on: rows.filter(state=RecordClaim.State.PENDING),
        {"state__exact": "pending"},
    ),
    Asked(
        _("reports of marks to answer"), MarkReport, lambda rows, on: rows.filter(state=MarkReport.State.OPEN),
        {"state__exact": "open"},
    ),
    Asked(_("imports to look at"), ImportBatch, lambda rows, on: waiting(rows), {"show": "waiting"}),
    Asked(_("athletes without a birth date"), Athlete, lambda rows, on: without_birth_date(rows),
          {"show": "no_birth_date"}),
    Asked(_("marks without a wind reading"), Performance, lambda rows, on: without_wind_reading(rows),
          {"show": "no_wind"}),
    Asked(_("records set in the last 30 days"), Record, set_lately, {"show": "lately"}, asks=False),
)  # fmt: skip


def notices(site: AdminSite, request: HttpRequest, club: Club, on: date) -> list[Notice]:
    """One query for each number, whatever the number; the duplicates are counted anew after a deed alone."""
    counted = [
        Notice(
            one.what,
            one.narrow(rows_of(site.get_model_admin(one.model).get_queryset(request), [club.pk]), on).count(),
            f"{address_of(one.model)}?{urlencode({'club': str(club.pk), **one.filters})}",
            one.asks,
        )
        for one in ASKED
    ]
    alike = Notice(_("possible duplicates"), _alike(club), reverse("duplicates", args=[club.slug]), asks=True)
    to_claim = f"{reverse('claims', args=[club.slug])}#candidates"
    unclaimed = Notice(_("records to claim"), candidate_marks(club).count(), to_claim, asks=True)
    return [unclaimed, *counted[:3], alike, *counted[3:]]


def _alike(club: Club) -> int:
    """Comparing ten thousand names takes a second or two, so the number is kept while nothing has changed."""
    return int(
        cache.get_or_set(f"alike-{club.pk}-{site_version()}", lambda: len(possible_duplicates(club)), timeout=86_400)
        or 0
    )


def address_of(model: type[Any]) -> str:
    """The address of the list of ``model``'s rows."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
