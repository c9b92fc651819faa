"""The lines of `reading.py` with every IMAP capability announced, beside those of the default.

Two servers of ours take turns, line by line, in one run; the ratio is the default's time over
that with everything on, so that less than 1 is slower.

``python benchmarks/everything.py [--sizes 10000] [--rounds 3]``
"""

import argparse
import os
import statistics

from reading import fakemail, turns
from trials import TRIALS


def main() -> None:
    """Print a line a trial."""
    parser = argparse.ArgumentParser(description="IMAP with every capability on")
    parser.add_argument("--sizes", type=int, nargs="*", default=[10_000])
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    with fakemail("default") as few, fakemail("all") as every:
        for size in asked.sizes:
            print(f"\nIMAP, {size:,} messages of 2 KiB     default  everything")
            figures = turns({"default": few, "everything": every}, size, asked.rounds)
            for name, unit, _ in TRIALS:
                default, everything = (
                    statistics.median(figures[name][which]) for which in ("default", "everything")
                )
                ratio = default / everything if unit == "ms" else everything / default
                print(f"  {name:32}{default:12,.2f}{everything:12,.2f} {unit:5}{ratio:8.2f} x")


if __name__ == "__main__":
    main()
