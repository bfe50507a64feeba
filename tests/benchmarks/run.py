"""Run the benchmarks and print what they measured: `make bench`, or `make bench BENCH="raster"`.

A benchmark is a file `bench_NAME.py` beside this one whose `rows()` returns a list of
(what was measured, value, unit).
"""

import importlib
import sys
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

AVAILABLE = sorted(
    path.stem.removeprefix("bench_") for path in Path(__file__).parent.glob("bench_*.py")
)


def main(names: list[str]) -> None:
    """Measure the benchmarks of these names, or all."""
    for name in names:
        if name not in AVAILABLE:
            sys.exit(f"There is no benchmark {name!r}: choose from {', '.join(AVAILABLE)}.")
    console = Console()
    table = Table("benchmark", "measured", "unit", box=None, header_style="bold")
    table.columns[1].justify = "right"
    for name in track(names or AVAILABLE, "Measuring", console=console, transient=True):
        table.add_section()
        for what, value, unit in importlib.import_module(f"tests.benchmarks.bench_{name}").rows():
            table.add_row(what, f"{value:,.4g}" if value < 1000 else f"{value:,.0f}", unit)
    console.print(table)


if __name__ == "__main__":
    main(sys.argv[1:])
