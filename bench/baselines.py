"""What the importer and the fold are measured against, on the tables that they have just filled."""

from __future__ import annotations

import io
from datetime import date, timedelta
from statistics import median
from time import perf_counter
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from import_export import fields, resources, widgets
from tablib import Dataset

from records.actions.correcting import enter_performance
from records.actions.steps import CLUB_BOOKS, SITE_BOOKS, best_steps, record_steps
from records.models import Athlete, Best, Discipline, Performance, Record
from trackhub.clubs.models import Club


def empty_performances() -> None:
    """Back to athletes without performances, so that a file can be imported for the first time again."""
    with connection.cursor() as cursor:
        tables = ("records_record", "records_best", "records_relayleg", "records_performance", "records_importrow")
        if connection.vendor == "postgresql":
            cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")
            return
        for table in tables:
            cursor.execute(f"DELETE FROM {table}")


def load_again() -> float:
    """Seconds to load the performances once more, already typed, into the emptied table with all its indexes."""
    columns = [field.column for field in Performance._meta.concrete_fields]
    names = ", ".join(f'"{name}"' for name in columns)
    with transaction.atomic():
        Record.objects.all().delete()
        Best.objects.all()._raw_delete("default")
    if connection.vendor == "postgresql":
        return _copy_again(names)
    with connection.cursor() as cursor:
        rows = cursor.execute(f"SELECT {names} FROM records_performance").fetchall()
        cursor.execute("DELETE FROM records_performance")
        started = perf_counter()
        with transaction.atomic():
            cursor.executemany(
                f"INSERT INTO records_performance ({names}) VALUES ({', '.join(['%s'] * len(columns))})", rows
            )
        return perf_counter() - started


def _copy_again(names: str) -> float:
    with connection.cursor() as cursor:
        held = io.BytesIO()
        with cursor.copy(f"COPY records_performance ({names}) TO STDOUT") as copy:
            for piece in copy:
                held.write(piece)
        with transaction.atomic():
            cursor.execute("TRUNCATE records_performance CASCADE")
        started = perf_counter()
        with transaction.atomic(), cursor.copy(f"COPY records_performance ({names}) FROM STDIN") as copy:
            copy.write(held.getvalue())
        return perf_counter() - started


class PerformanceResource(resources.ModelResource):
    """django-import-export's default, given the database's own ids so that it has no names to look up."""

    athlete = fields.Field("athlete", "athlete", widgets.ForeignKeyWidget(Athlete))
    club = fields.Field("club", "club", widgets.ForeignKeyWidget(Club))
    discipline = fields.Field("discipline", "discipline", widgets.ForeignKeyWidget(Discipline))

    class Meta:
        model = Performance
        import_id_fields = ("source", "external_id")
        exclude = ("id", "batch", "superseded_by")


def resource_rows_per_second(count: int) -> float:
    names = [name for name in PerformanceResource().fields if name != "id"]
    data = Dataset(headers=names)
    for performance in Performance.objects.all()[:count]:
        row: dict[str, Any] = {name: getattr(performance, name) for name in names}
        row |= {"athlete": performance.athlete_id, "club": performance.club_id, "discipline": performance.discipline_id}
        row["source"] = "again"
        data.append([row[name] for name in names])
    started = perf_counter()
    result = PerformanceResource().import_data(data, raise_errors=True)
    seconds = perf_counter() - started
    if result.totals["new"] != count:
        raise RuntimeError(f"django-import-export made {result.totals['new']} of {count} rows")
    return count / seconds


def read_only() -> None:
    """The steps of all bests and records, read and counted, nothing written."""
    with connection.cursor() as cursor:
        for query in (best_steps(), record_steps(CLUB_BOOKS), record_steps(SITE_BOOKS)):
            cursor.execute(f"SELECT count(*) FROM ({query}) steps")
            cursor.fetchone()


def insert_one(runs: int = 20) -> float:
    """Median seconds to enter one performance by hand, fold included."""
    athletes = list(Athlete.objects.filter(sex="M", birth_precision="day", birth_date__lt=date(2000, 1, 1))[:runs])
    discipline = Discipline.objects.get(code="100", sex="")
    seconds = []
    for number, athlete in enumerate(athletes):
        on = date(2025, 1, 1) + timedelta(days=number)
        started = perf_counter()
        enter_performance(athlete, discipline=discipline, mark="11.11", on=on, by=None, at=timezone.now(), wind=5)
        seconds.append(perf_counter() - started)
    return median(seconds)
