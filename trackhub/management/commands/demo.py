"""`manage.py demo`: three invented clubs with six seasons, brought in by the real importer and a real worker.

Every step looks first whether it is done, so a demo that was interrupted goes on where it stopped.
"""

from __future__ import annotations

import csv
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from django.db.models import Count
from django.utils import timezone

from records.actions.consenting import note_paper_consents
from records.actions.founding import found_club
from records.actions.linking import link_account
from records.actions.receiving import CHUNK_BYTES, receive_file
from records.domain.marks import format_value
from records.models import Athlete, ClubSpell, ImportBatch, Performance, Record, RecordBook
from records.models.athletes import of_age
from records.queries.issues import issues_of
from records.sentences import refusal_text
from trackhub.clubs.actions.jobs import queue_job, take_up_stalled_jobs
from trackhub.clubs.models import Club, Job, Membership, Role, ShownAs, User
from trackhub.demo.names import CLUBS
from trackhub.demo.season import DemoFiles, write_demo
from trackhub.demo.standards import set_standards
from trackhub.management.commands.up import Child, stop_all, worker_command

SOURCE = "demo"
PASSWORD = "trackhub-demo"  # noqa: S105  # printed below and refused in production
ADMIN = "admin@trackhub.example"
NEW_RESULTS = "new-results.csv"

_PLACES = {
    # slug: town, colour, first month of the season
    "harbour-harriers": ("Portwyn", "#0a3d62", 10),
    "rio-claro": ("Río Claro", "#7a1f1f", 11),
    "monte-azul": ("Monte Azul", "#1b4f9c", 10),
}
_MAILBOXES = {role: "chief" if role == Role.CHIEF_REGISTRAR else role.value for role in Role}
_LOOK_EVERY = 0.1
_SWEEP_EVERY = 5.0


@dataclass(frozen=True, slots=True)
class Step:
    """One file of the demo and what goes with it."""

    kind: ImportBatch.Kind
    path: Path
    book: str = ""


class Command(BaseCommand):
    help = "Fill an empty TrackHub with three invented clubs and six seasons, and print who can log in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--reset", action="store_true", help="empty the database first: every table, every row")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The demo's password is public, so it does not run in production.")
        self.as_json = options["json"]
        if options["reset"]:
            _drop_tables()
        call_command("migrate", verbosity=0, interactive=False)
        if not User.objects.filter(email=ADMIN).exists() and (Club.objects.exists() or Athlete.objects.exists()):
            self._print_foreign()
            return
        fresh = _found_clubs()
        day = timezone.localdate(User.objects.get(email=ADMIN).date_joined)
        folder = settings.VAR_DIR / "demo"
        loaded = fresh or not _is_complete()
        if loaded:
            files = write_demo(folder, today=day)
            with self._worker() as worker:
                for step in _steps(files):
                    self._import(step, worker)
            _note_consents()
            _link_athletes()
            set_standards(today=day)
            _write_new_results(folder / NEW_RESULTS, today=timezone.localdate())
        self._print_report(_report(loaded=loaded, folder=folder))

    @contextmanager
    def _worker(self) -> Iterator[Child]:
        worker = Child("background worker", worker_command("-n", "demo@%h"))
        try:
            yield worker
        finally:
            self._progress("stopping the worker")
            stop_all([worker], in_a_hurry=lambda: not Job.objects.filter(state=Job.State.RUNNING).exists())
            self._progress("")

    def _import(self, step: Step, worker: Child) -> None:
        batch = _batch(step)
        if batch.state == ImportBatch.State.RECEIVED:
            self._work("records.stage_import", f"reading {step.path.name}", batch, worker)
        if batch.state == ImportBatch.State.STAGED:
            self._work("records.apply_import", f"importing {step.path.name}", batch, worker)
        if batch.state != ImportBatch.State.APPLIED:
            raise CommandError(f"{step.path.name}: {refusal_text(batch.refusal) or batch.get_state_display()}")

    def _work(self, task: str, label: str, batch: ImportBatch, worker: Child) -> None:
        """Queue ``task`` for ``batch`` and wait for the worker to do it."""
        job = queue_job(task, subject=batch.pk, by=batch.by, club=None, at=timezone.now())
        sweep_at = time.monotonic() + _SWEEP_EVERY
        while job.is_open:
            self._progress(f"{label}: {job.get_state_display()} {job.percent} %")
            if worker.code is not None:
                raise CommandError(f"The background worker stopped (exit code {worker.code}) while {label}.")
            if time.monotonic() > sweep_at:
                take_up_stalled_jobs(at=timezone.now())
                sweep_at += _SWEEP_EVERY
            time.sleep(_LOOK_EVERY)
            job.refresh_from_db()
        if job.state == Job.State.FAILED:
            raise CommandError(f"{label}: {job.message}")
        batch.refresh_from_db()

    def _progress(self, text: str) -> None:
        """One line that rewrites itself; nothing where nobody watches."""
        if not self.as_json and sys.stderr.isatty():
            self.stderr.write(f"\r\033[K{text}", ending="")
            self.stderr.flush()

    def _print_foreign(self) -> None:
        sentence = "There are clubs here already that are not the demo's; they are left alone."
        self.stdout.write(json.dumps({"loaded": False, "message": sentence}) if self.as_json else sentence)

    def _print_report(self, report: dict[str, Any]) -> None:
        if self.as_json:
            self.stdout.write(json.dumps(report, ensure_ascii=False, indent=2))
            return
        if report["loaded"]:
            for done in report["imports"]:
                self._print_import(done)
        else:
            self.stdout.write("The demo is here already (manage.py demo --reset, or make demo-reset, starts over).")
        totals = ", ".join(f"{number:,} {name.replace('_', ' ')}" for name, number in report["totals"].items())
        self.stdout.write(f"\n{totals}.\nThe imported files, and {NEW_RESULTS} to import yourself: {report['folder']}")
        self.stdout.write(f"\nEverybody's password is {report['password']}")
        for login in report["logins"]:
            self.stdout.write(f"  {login['email']:<40} {login['role']:<20} {login['club']}")

    def _print_import(self, done: dict[str, Any]) -> None:
        line = (
            "{file}: {rows} rows, {created} created, {changed} changed, {duplicates} there already, {refused} refused"
        ).format(**done)
        if done["kind"] != ImportBatch.Kind.ATHLETES:
            line += "; {personal_bests} personal bests, {season_bests} season bests, {records} record steps".format(
                **done
            )
        self.stdout.write(line)
        for refusal in done["refusals"]:
            self.stdout.write(f"  row {refusal['row']}: {refusal['message']}")


def _drop_tables() -> None:
    with connection.cursor() as cursor:
        names = [connection.ops.quote_name(name) for name in connection.introspection.table_names(cursor)]
        cascade = " CASCADE" if connection.vendor == "postgresql" else ""
        with connection.constraint_checks_disabled():
            for name in names:
                cursor.execute(f"DROP TABLE {name}{cascade}")


@transaction.atomic
def _found_clubs() -> bool:
    """The clubs and one user per role in each, unless they are there; whether they had to be made."""
    if User.objects.filter(email=ADMIN).exists():
        return False
    password = make_password(PASSWORD)
    admin = User.objects.create(email=ADMIN, name="Site administrator", is_superuser=True, password=password)
    for demo in CLUBS:
        town, colour, month = _PLACES[demo.slug]
        fields: dict[str, str | int] = {
            "slug": demo.slug,
            "country": demo.country,
            "town": town,
            "colour": colour,
            "season_start": month,
        }
        club = found_club(demo.name, by=admin, at=timezone.now(), age_group_scheme=demo.scheme.lower(), **fields)
        users = User.objects.bulk_create(
            User(email=f"{box}@{demo.slug}.example", name=str(role.label).capitalize(), password=password)
            for role, box in _MAILBOXES.items()
        )
        Membership.objects.bulk_create(
            Membership(user=user, club=club, role=role) for user, role in zip(users, _MAILBOXES, strict=True)
        )
    # There is no mail to these addresses, so they count as verified.
    EmailAddress.objects.bulk_create(
        EmailAddress(user_id=pk, email=email, verified=True, primary=True)
        for pk, email in User.objects.filter(emailaddress=None).values_list("pk", "email")
    )
    return True


def _steps(files: DemoFiles) -> Iterator[Step]:
    """In the order in which they need each other."""
    yield Step(ImportBatch.Kind.ATHLETES, files.athletes)
    yield Step(ImportBatch.Kind.ATHLETES, files.transfers)
    yield Step(ImportBatch.Kind.PERFORMANCES, files.performances)
    for slug, path in files.old_records.items():
        yield Step(ImportBatch.Kind.RECORDS, path, book=slug)


def _batch(step: Step) -> ImportBatch:
    """The import of this file: the one that was begun, or a new one."""
    begun = ImportBatch.objects.filter(source=SOURCE, filename=step.path.name).order_by("pk").last()
    if begun is not None:
        return begun
    book = RecordBook.objects.get(slug=step.book) if step.book else None
    with step.path.open("rb") as file:
        return receive_file(
            step.kind,
            content=iter(lambda: file.read(CHUNK_BYTES), b""),
            filename=step.path.name,
            source=SOURCE,
            by=User.objects.get(email=ADMIN),
            at=timezone.now(),
            club=book.club if book else None,
            book=book,
            club_column="club" if step.kind == ImportBatch.Kind.ATHLETES else "",
        )


def _note_consents() -> None:
    """Two clubs have the families' consents to full names on paper; of the third the public sees minors' initials."""
    today, admin = timezone.localdate(), User.objects.get(email=ADMIN)
    *agreed, short = Club.objects.filter(slug__in=_PLACES).order_by("pk")
    Club.objects.filter(pk=short.pk).update(minors_shown_as=ShownAs.INITIALS)
    minors = Athlete.objects.exclude(of_age(today)).filter(
        spells__in=ClubSpell.objects.on(today).filter(club__in=agreed)
    )
    note_paper_consents(minors.distinct(), by=admin, at=timezone.now())


def _link_athletes() -> None:
    """Each club's athlete who can log in is one of its athletes of age, who never belonged to another club."""
    today, admin = timezone.localdate(), User.objects.get(email=ADMIN)
    for membership in Membership.objects.filter(role=Role.ATHLETE, club__slug__in=_PLACES).select_related("user"):
        elsewhere = ClubSpell.objects.exclude(club=membership.club_id).values("athlete")
        there = ClubSpell.objects.on(today).filter(club=membership.club_id).values("athlete")
        own = Athlete.objects.filter(of_age(today), pk__in=there, account=None)
        busiest = own.exclude(pk__in=elsewhere).annotate(marks=Count("performances")).order_by("-marks", "pk").first()
        if busiest is not None and not Athlete.objects.filter(account=membership.user).exists():
            link_account(busiest, membership.user, by=admin, at=timezone.now())


def _is_complete() -> bool:
    """Whether no file waits: each was applied once, even if somebody has taken it back since."""
    return ImportBatch.objects.filter(source=SOURCE, applied__isnull=False).count() >= 3 + len(CLUBS)


def _write_new_results(path: Path, *, today: date) -> None:
    """A small file for the reader's first own import: three club records, and a row that must be refused."""
    records = Record.objects.filter(
        book__slug="harbour-harriers", age_group="", facility="outdoor", until=None, performance__athlete__isnull=False
    ).select_related("discipline", "performance__athlete")
    columns = ("id", "given name", "family name", "sex", "date of birth", "discipline", "mark", "wind", "date")
    rows: list[tuple[object, ...]] = []
    for code, sex in (("100", "F"), ("LJ", "M"), ("1500", "F")):
        record = records.filter(discipline__code=code, sex=sex).first()
        if record is None or record.performance is None or record.performance.athlete is None:
            continue
        held, who = record.performance, record.performance.athlete
        step = 1 if record.discipline.measure == "distance" else -10
        mark = format_value(record.discipline.measure, (held.value or 0) + step, 2)
        wind = "+1.1" if code in ("100", "LJ") else ""
        person = (who.given_name, who.family_name, who.sex, who.birth_date or "")
        rows.append((f"N{len(rows) + 1:04d}", *person, code, mark, wind, today.isoformat()))
    if rows:
        rows.append(("N0009", *rows[-1][1:5], "800", "2.05", "", today.isoformat()))
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([columns, *rows])


def _report(*, loaded: bool, folder: Path) -> dict[str, Any]:
    batches = ImportBatch.objects.filter(source=SOURCE, applied__isnull=False).order_by("pk")
    return {
        "loaded": loaded,
        "folder": str(folder),
        "imports": [_import_report(batch) for batch in batches] if loaded else [],
        "totals": {
            "clubs": Club.objects.count(),
            "athletes": Athlete.objects.count(),
            "performances": Performance.objects.count(),
            "records": Record.objects.filter(until=None).count(),
        },
        "password": PASSWORD,
        "logins": _logins(),
    }


def _import_report(batch: ImportBatch) -> dict[str, Any]:
    counts = ("rows", "created", "changed", "duplicates", "refused", "personal_bests", "season_bests", "records")
    refusals = [
        {key: issue[key] for key in ("row", "column", "code", "message")}
        for issue in issues_of(batch)
        if issue["verdict"] == "refused"
    ]
    return {
        "file": batch.filename,
        "kind": batch.kind,
        **{name: batch.result.get(name, 0) for name in counts},
        "refusals": refusals,
    }


def _logins() -> list[dict[str, str]]:
    of_demo = Membership.objects.filter(club__slug__in=_PLACES, user__email__endswith=".example")
    logins = [{"email": ADMIN, "role": "site administrator", "club": ""}]
    for membership in of_demo.select_related("user", "club").order_by("club__pk", "pk"):
        role = membership.get_role_display()
        logins.append({"email": membership.user.email, "role": role, "club": membership.club.name})
    return logins
