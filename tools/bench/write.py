"""The table, the plots and the record of a benchmark."""

from __future__ import annotations

import itertools
import json
import os
import platform
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"


def machine() -> dict[str, Any]:
    """What the figures depend on, and nothing that names the machine or its owner."""
    model = ""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        lines = [line for line in cpuinfo.read_text().splitlines() if line.startswith("model name")]
        model = lines[0].split(":", 1)[1].strip() if lines else ""
    return {
        "processor": model or platform.machine(),
        "processors": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "system": platform.system(),
        "python": platform.python_version(),
        "packages": {name: version(name) for name in ("nbgrader", "numpy", "keras")},
    }


def table(record: dict[str, Any]) -> str:
    """The table as Markdown, a row a notebook and tool; see `__main__.compare` for the record."""
    rows = [
        "| notebook | graded by | confined | runs | run, s | start, s | each, s | nbgrader takes | of the floor |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for part in record["notebooks"]:
        for tool in part["tools"]:
            cells = [
                f"`{part['name']}` × {tool['submissions']}",
                tool["tool"],
                tool["isolation"],
                str(len(tool["seconds"])),
                f"{tool['median']:.1f}",
                _number(tool["first"], ".1f"),
                f"{tool['each']:.2f}",
                _number(tool["nbgrader"], ".1f", " ×"),
                _number(tool["floor"], ".2f", " ×"),
            ]
            rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def _number(value: float | None, how: str, unit: str = "") -> str:
    return "–" if value is None else f"{value:{how}}{unit}"


def section(record: dict[str, Any], plot: str) -> str:
    """What stands between the markers in the README."""
    here = record["machine"]
    packages = ", ".join(f"{name} {number}" for name, number in here["packages"].items())
    lines = [
        table(record),
        "",
        f"Medians of whole commands on {here['processors']} cores ({here['processor']}), Python {here['python']}, "
        f"{packages}, {record['date']}. *Start*: until the first submission was done. *Each*: the run, shared "
        f"out. *nbgrader takes* so many times as long as this row; this row takes so many times as long as *the "
        f"floor*: one warm interpreter that forks and runs notebook and checks in one namespace, unconfined.",
        "",
        *(f"{part['name']}: {part['agreement']}" for part in record["notebooks"]),
        "",
        f"![Seconds a submission by tool, on a logarithmic scale; the table has the numbers]({plot})",
    ]
    return "\n".join(lines)


def put_into(readme: Path, text: str) -> bool:
    """Put text between the two markers of a file; say whether they are there."""
    before, begin, rest = readme.read_text("utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        return False
    readme.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", "utf-8")
    return True


def save_json(path: Path, record: dict[str, Any]) -> None:
    """Write a record."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", "utf-8")


def _pyplot():
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    # The same record gives the same file.
    matplotlib.rcParams.update({"svg.hashsalt": "bench", "svg.fonttype": "path", "font.size": 10})
    return pyplot


def plot(record: dict[str, Any], path: Path) -> None:
    """Seconds a submission as bars, a panel a notebook; dots are single runs."""
    pyplot = _pyplot()
    parts = record["notebooks"]
    figure, axes = pyplot.subplots(1, len(parts), figsize=(4.6 * len(parts), 2.9), squeeze=False)
    for axis, part in zip(axes[0], parts, strict=True):
        tools = part["tools"][::-1]
        colours = ["#0072B2" if "this grader" in tool["tool"] else "#999999" for tool in tools]
        each = [tool["each"] for tool in tools]
        axis.barh([tool["tool"] for tool in tools], each, color=colours)
        for row, tool in enumerate(tools):
            runs = [seconds / tool["submissions"] for seconds in tool["seconds"]]
            axis.plot(runs, [row] * len(runs), "o", color="black", markersize=3)
            axis.annotate(
                f"{tool['each']:.2g}", (max(runs), row), (6, 0), textcoords="offset points", va="center"
            )
        axis.set_xscale("log")
        axis.set_xlim(min(each) / 2, max(each) * 2.5)
        axis.set_xlabel("seconds a submission")
        axis.set_title(part["name"])
        axis.spines[["top", "right"]].set_visible(False)
    _save(figure, path)


def plot_class(samples: Iterable[dict[str, float]], path: Path) -> None:
    """Throughput and resident memory over time."""
    pyplot = _pyplot()
    samples = list(samples)
    minutes = [sample["seconds"] / 60 for sample in samples]
    figure, (above, below) = pyplot.subplots(2, 1, figsize=(7, 4), sharex=True)
    rates = [
        60 * (late["done"] - early["done"]) / (late["seconds"] - early["seconds"])
        for early, late in itertools.pairwise(samples)
    ]
    above.plot(minutes[1:], rates, color="#0072B2", linewidth=1)
    above.set_ylabel("submissions a minute")
    below.plot(minutes, [sample["memory"] / 2**30 for sample in samples], color="#D55E00")
    below.set_ylabel("memory, GiB")
    below.set_xlabel("minutes")
    for axis in (above, below):
        axis.set_ylim(bottom=0)
        axis.spines[["top", "right"]].set_visible(False)
    _save(figure, path)


def _save(figure: Any, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)
    _pyplot().close(figure)
