"""Run the benchmarks and print a table: `make bench`, or `make bench ARGS="events language_rules"`.

A benchmark is a module of this package with ``TITLE`` and ``GOAL`` (texts) and ``run() -> str``, which
measures and returns the figure as text.
"""

import argparse
import importlib
import os
import pkgutil
import sys

from rich.console import Console
from rich.table import Table

import benchmarks


def names() -> list[str]:
    """Return the names of all benchmarks, in alphabetical order."""
    return sorted(
        module.name for module in pkgutil.iter_modules(benchmarks.__path__) if module.name[0] != "_"
    )


def main() -> int:
    """Run the benchmarks named on the command line, or all; 1 if one of them failed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(names()))
    wanted = parser.parse_args().names or names()
    if unknown := sorted(set(wanted) - set(names())):
        parser.error(f"no such benchmark: {', '.join(unknown)}")
    console = Console()
    console.print(
        f"[dim]{os.cpu_count()} cores, Python {sys.version.split()[0]}, load {os.getloadavg()[0]:.1f}[/]"
    )
    table = Table("what", "measured", "goal")
    failed = 0
    for name in wanted:
        module = importlib.import_module(f"benchmarks.{name}")
        console.print(f"[dim]{name} …[/]")
        try:
            measured = module.run()
        except Exception as error:
            failed += 1
            measured = f"failed: {error}"
        table.add_row(module.TITLE, measured, module.GOAL)
    console.print(table)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
