"""All benchmarks, one after the other: `python bench/run.py [--postgresql URL] [--rows N] [--performances N]`.

Prints Markdown tables of ratios; bench/README.md keeps the last ones with the machine they came from. Each
figure is the median of the runs named beside it, and both sides of a ratio are measured in the same run.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from database import scratch_database
from generate import write_athletes, write_performances

HERE = Path(__file__).resolve().parent


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    started = perf_counter()
    result = work()
    return perf_counter() - started, result


def say(label: str, value: str) -> None:
    print(f"| {label} | {value} |", flush=True)


def import_file(kind: str, path: Path, **options: Any) -> tuple[float, float, dict[str, Any]]:
    """(seconds to receive and stage, seconds to apply, result) of one file through the importer's own actions."""
    from django.utils import timezone

    from records.actions.applying import apply_import
    from records.actions.receiving import CHUNK_BYTES, receive_file
    from records.actions.staging import stage_import

    def stage() -> Any:
        with path.open("rb") as file:
            batch = receive_file(
                kind,
                content=iter(lambda: file.read(CHUNK_BYTES), b""),
                filename=path.name,
                source="bench",
                by=None,
                at=timezone.now(),
                **options,
            )
        stage_import(batch, today=timezone.localdate())
        return batch

    staging, batch = timed(stage)
    applying, result = timed(lambda: apply_import(batch, by=None, at=timezone.now()))
    return staging, applying, result


def bench_import(server: str, rows: int) -> None:
    """Import of ``rows`` rows, against raw loading of the same typed rows and django-import-export."""
    with tempfile.TemporaryDirectory() as folder, scratch_database(server) as kind:
        from baselines import empty_performances, insert_one, load_again, resource_rows_per_second

        write_athletes(Path(folder) / "athletes.csv")
        write_performances(Path(folder) / "performances.csv", rows=rows)
        print(f"\n### Import of {rows:,} rows, {kind}\n\n| what | figure |\n|---|---|")
        athletes = import_file("athletes", Path(folder) / "athletes.csv", club_column="club", create_clubs=True)
        say("20,000 athletes with ids, spells and 50 clubs", f"{sum(athletes[:2]):.2f} s")
        rounds = []
        for _ in range(3):
            empty_performances()
            staging, applying, result = import_file("performances", Path(folder) / "performances.csv")
            by_hand = insert_one()
            rounds.append((staging, applying - result["fold_seconds"], result["fold_seconds"], by_hand, load_again()))
        staging, applying, fold, by_hand, raw = (median(column) for column in zip(*rounds, strict=True))
        say("receive, parse, judge, stage", f"{staging:.2f} s")
        say("apply without the fold", f"{applying:.2f} s")
        say("fold of bests and records", f"{fold:.2f} s")
        say(f"one performance entered by hand among {rows:,} (median of 20)", f"{by_hand * 1000:.1f} ms")
        ours = rows / (staging + applying + fold)
        say("rows per second, file to fold", f"{ours:,.0f}")
        say("raw load of the same typed rows into the same indexed table", f"{raw:.2f} s")
        ratios = sorted((one[0] + one[1]) / one[4] for one in rounds)
        spread = f"{ratios[0]:.2f} to {ratios[-1]:.2f}; target ≤ 2.5 on PostgreSQL"
        say("**stage + apply ÷ raw load**, median of three rounds", f"**{ratios[1]:.2f}** ({spread})")
        theirs = resource_rows_per_second(2_000)
        say("django-import-export, default ModelResource, 2,000 rows", f"{theirs:,.0f} rows/s")
        say("**our rows per second ÷ theirs**", f"**{ours / theirs:.0f}** (target ≥ 100)")


def bench_memory(rows: int) -> None:
    """Peak memory of the whole process that imports a file from the command line, for two lengths."""
    print("\n### Peak memory of `import_performances`, SQLite\n\n| rows | peak |\n|---|---|")
    for count in (rows, rows * 5):
        done = subprocess.run(
            [sys.executable, str(HERE / "memory.py"), str(count)], check=True, capture_output=True, text=True
        )
        say(f"{count:,}", f"{int(done.stdout.split()[-1]):,} MB (target < 200)")


def bench_rebuild(server: str, performances: int) -> None:
    """Full rebuild against the query that only reads the same answer; then one inserted performance."""
    with tempfile.TemporaryDirectory() as folder, scratch_database(server) as kind:
        from baselines import insert_one, read_only

        from records.actions.folding import rebuild
        from records.models import Best, Record

        write_athletes(Path(folder) / "athletes.csv")
        import_file("athletes", Path(folder) / "athletes.csv", club_column="club", create_clubs=True)
        write_performances(Path(folder) / "performances.csv", rows=performances)
        import_file("performances", Path(folder) / "performances.csv")
        print(f"\n### Full rebuild over {performances:,} performances, {kind}\n\n| what | figure |\n|---|---|")
        reading, writing = [], []
        for _ in range(3):
            reading.append(timed(read_only)[0])
            writing.append(timed(rebuild)[0])
        say("derived rows", f"{Best.objects.count():,} bests, {Record.objects.count():,} record steps")
        say("queries that only read the same answer (median of 3)", f"{median(reading):.2f} s")
        say("rebuild into the tables (median of 3)", f"{median(writing):.2f} s")
        say("**rebuild ÷ read**", f"**{median(writing) / median(reading):.2f}** (target ≤ 2)")
        say(f"one performance entered by hand among {performances:,} (median of 20)", f"{insert_one() * 1000:.1f} ms")


def bench_preview(server: str, rows: int) -> None:
    """Preview of 10,000 further rows among ``rows`` performances, against the staging of the same file."""
    with tempfile.TemporaryDirectory() as folder, scratch_database(server) as kind:
        from django.utils import timezone

        from records.actions.impact import impact_of
        from records.actions.receiving import receive_file
        from records.actions.staging import stage_import

        write_athletes(Path(folder) / "athletes.csv")
        import_file("athletes", Path(folder) / "athletes.csv", club_column="club", create_clubs=True)
        write_performances(Path(folder) / "all.csv", rows=rows + 10_000)
        header, *lines = (Path(folder) / "all.csv").read_text(encoding="utf-8").splitlines(keepends=True)
        Path(folder, "there.csv").write_text("".join([header, *lines[:rows]]), encoding="utf-8")
        import_file("performances", Path(folder) / "there.csv")
        content = "".join([header, *lines[rows:]]).encode()
        print(f"\n### Preview of 10,000 rows among {rows:,} performances, {kind}\n\n| what | figure |\n|---|---|")
        rounds = []
        for _ in range(3):
            batch = receive_file(
                "performances", content=[content], filename="more.csv", source="bench", by=None, at=timezone.now()
            )
            staging, _nothing = timed(partial(stage_import, batch, today=timezone.localdate()))
            impact, found = timed(partial(impact_of, batch))
            rounds.append(((staging + impact) / staging, staging, impact))
        _ratio, staging, impact = (median(column) for column in zip(*rounds, strict=True))
        say("staging", f"{staging:.2f} s")
        say(f"what it would set: {found}", f"{impact:.2f} s")
        ratios = sorted(one[0] for one in rounds)
        say("**preview ÷ staging**, median of three", f"**{ratios[1]:.2f}** ({ratios[0]:.2f} to {ratios[2]:.2f}; ≤ 5)")


PARTS = {"import": bench_import, "preview": bench_preview, "rebuild": bench_rebuild}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgresql", default="", metavar="URL", help="a server on which databases may be made")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--performances", type=int, default=1_000_000)
    parser.add_argument("--only", choices=(*PARTS, "memory"), help="one part (a process has one database)")
    parser.add_argument("--on", choices=("sqlite", "postgresql"), help="with --only: the database")
    options = parser.parse_args()
    if options.only is None:
        run_parts(options)
    elif options.only == "memory":
        bench_memory(options.rows)
    else:
        server = options.postgresql if options.on == "postgresql" else ""
        PARTS[options.only](server, options.performances if options.only == "rebuild" else options.rows)
    print(f"\n<!-- peak of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB -->")


def run_parts(options: argparse.Namespace) -> None:
    """Each part in a process of its own: Django takes one database for a process's life."""
    databases = ["sqlite", *(["postgresql"] if options.postgresql else [])]
    for part, database in [*((part, d) for part in PARTS for d in databases), ("memory", "")]:
        command = [sys.executable, __file__, "--only", part, "--rows", str(options.rows)]
        command += ["--performances", str(options.performances), "--postgresql", options.postgresql]
        subprocess.run([*command, *(["--on", database] if database else [])], check=True)


if __name__ == "__main__":
    main()
