"""Import a file of N rows from the command line's own code and print the peak memory in MB."""

from __future__ import annotations

import resource
import sys
import tempfile
from pathlib import Path

from database import scratch_database
from generate import write_athletes, write_performances
from run import import_file

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, scratch_database(""):
        write_athletes(Path(folder) / "athletes.csv")
        write_performances(Path(folder) / "performances.csv", rows=int(sys.argv[1]))
        import_file("athletes", Path(folder) / "athletes.csv", club_column="club", create_clubs=True)
        import_file("performances", Path(folder) / "performances.csv")
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
