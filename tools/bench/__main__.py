"""Grade the same submissions with this grader, with others, and bare, in turn, and compare.

    python -m tools.bench                    # the whole of it: 40 of 01, 20 of a Keras notebook
    python -m tools.bench --trial            # tiny: does everything work?
    python -m tools.bench --class 1000       # a large class through this grader: rate and memory

Times are of whole commands, start included.  The tools that take minutes run --slow-rounds times, the
others --rounds times, in turn and beginning with another one each round.  A run of the full size writes
docs/bench.json, docs/bench.svg and the README's table; any other writes into build/bench.
"""

from __future__ import annotations

import argparse
import datetime
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

from tools.bench import tools, write
from tools.bench.material import ROOT, Material, convolution, keras_fit
from tools.bench.tools import FLOOR, NBGRADER, SLOW, TOOLS, BenchError, Run

FULL = {"convolution": 40, "keras": 20, "rounds": 3, "slow_rounds": 1}
FULL_CLASS = 1000


def main() -> int:
    """Run what the options ask for; 1 where scores differ from the floor's or nbgrader's, or a class is not flat."""
    options = _options()
    try:
        return _class(options) if options.class_size else _compare(options)
    except BenchError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tools.bench",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--convolution", type=int, help="submissions of 01_convolution (40)")
    parser.add_argument("--keras", type=int, help="submissions of the Keras notebook (20)")
    parser.add_argument("--rounds", type=int, help="of the quick tools (3)")
    parser.add_argument("--slow-rounds", type=int, help="of nbgrader and otter (1)")
    parser.add_argument("--tools", nargs="+", choices=TOOLS, metavar="TOOL", help=f"of: {', '.join(TOOLS)}")
    parser.add_argument("--trial", action="store_true", help="2 submissions each, one round")
    parser.add_argument(
        "--class", type=int, dest="class_size", metavar="N", help="grade a class of N instead"
    )
    parser.add_argument("--jobs", type=int, default=2, help="of the class (2)")
    parser.add_argument("--every", type=float, default=3.0, metavar="SECONDS", help="between samples (3)")
    parser.add_argument(
        "--output", type=Path, help="folder for record and plot; docs gets the README's table, too"
    )
    options = parser.parse_args()
    small = {"convolution": 2, "keras": 2, "rounds": 1, "slow_rounds": 1}
    for key, full in FULL.items():
        if getattr(options, key) is None:
            setattr(options, key, small[key] if options.trial else full)
    whole = all(getattr(options, key) >= full for key, full in FULL.items()) and not options.tools
    if options.class_size:
        whole = options.class_size >= FULL_CLASS
    options.output = options.output or (ROOT / "docs" if whole else ROOT / "build" / "bench")
    return options


def _compare(options: argparse.Namespace) -> int:
    chosen = [tool for tool in TOOLS if not options.tools or tool in options.tools]
    if tools.OTTER_RUN in chosen:
        tools.otter_environment()
    with tempfile.TemporaryDirectory() as folder:
        materials = []
        if options.convolution:
            materials.append(convolution(options.convolution))
        if options.keras:
            materials.append(keras_fit(options.keras, Path(folder)))
        runs = {material.name: dict[str, list[Run]]() for material in materials}
        for number in range(options.rounds):
            turned = chosen[number % len(chosen) :] + chosen[: number % len(chosen)]
            for material in materials:
                for tool in turned:
                    if number >= (options.slow_rounds if tool in SLOW else options.rounds):
                        continue
                    run = tools.once(tool, material)
                    runs[material.name].setdefault(tool, []).append(run)
                    print(f"round {number + 1}: {material.name}, {tool}: {run.seconds:.1f} s", flush=True)
        record = {
            "date": datetime.date.today().isoformat(),
            "machine": write.machine(),
            "notebooks": [summary(material, runs[material.name]) for material in materials],
        }
    _say(record)
    write.save_json(options.output / "bench.json", record)
    write.plot(record, options.output / "bench.svg")
    if options.output.resolve() == ROOT / "docs":
        text = write.section(record, "docs/bench.svg")
        if not write.put_into(ROOT / "README.md", text):
            print(f"README.md has no place for the table: {write.BEGIN} and {write.END}", file=sys.stderr)
    print(f"\nwritten to {options.output}/")
    return 1 if any(part["differences"] for part in record["notebooks"]) else 0


def summary(material: Material, runs: dict[str, list[Run]]) -> dict[str, Any]:
    """What the tools did with one notebook: medians, ratios, and where scores differ."""
    medians = {tool: statistics.median(run.seconds for run in made) for tool, made in runs.items()}
    count = len(material.submissions)
    rows = []
    for tool in [tool for tool in TOOLS if tool in runs]:
        firsts = [run.first for run in runs[tool] if run.first is not None]
        rows.append(
            {
                "tool": tool,
                "isolation": runs[tool][0].isolation,
                "submissions": count,
                "seconds": [round(run.seconds, 2) for run in runs[tool]],
                "median": medians[tool],
                "first": statistics.median(firsts) if firsts else None,
                "each": medians[tool] / count,
                "nbgrader": medians[NBGRADER] / medians[tool] if NBGRADER in medians else None,
                "floor": medians[tool] / medians[FLOOR] if FLOOR in medians else None,
            }
        )
    found = differences(runs, material.checked)
    judged = [tool for tool in TOOLS if tool in runs]
    agreement = (
        f"{len(found)} scores differ between the tools; bench.json names them."
        if found
        else f"all {count} submissions got the same score in every checked cell from {', '.join(judged)}."
    )
    return {"name": material.name, "tools": rows, "differences": found, "agreement": agreement}


def differences(runs: dict[str, list[Run]], checked: set[str]) -> list[str]:
    """Where a run gave another score than the first run of the first tool, a sentence each.

    `checked` are the cells that a machine checks; some tools also tell of those that people grade.
    """
    judged = [tool for tool in TOOLS if tool in runs]
    base = runs[judged[0]][0].scores
    said: dict[str, None] = {}
    for tool in judged:
        for run in runs[tool]:
            for student in sorted(base.keys() | run.scores.keys()):
                first, theirs = base.get(student, {}), run.scores.get(student, {})
                for grade_id in sorted(checked):
                    if theirs.get(grade_id) is None or theirs.get(grade_id) != first.get(grade_id):
                        text = f"{student}, {grade_id}: {tool} {theirs.get(grade_id)}"
                        said[f"{text}, {judged[0]} {first.get(grade_id)}"] = None
    return list(said)


def _say(record: dict[str, Any]) -> None:
    for part in record["notebooks"]:
        print(f"\n{part['name']}")
        print(
            f"{'graded by':<22}{'confined':>10}{'runs':>6}{'median s':>10}{'start':>8}{'each':>8}"
            f"{'nbgrader':>10}{'floor':>10}"
        )
        for row in part["tools"]:
            print(
                f"{row['tool']:<22}{row['isolation']:>10}{len(row['seconds']):>6}{row['median']:>10.1f}"
                f"{_or_dash(row['first'], '.1f'):>8}{row['each']:>8.2f}{_or_dash(row['nbgrader'], '.1f'):>10} ×"
                f"{_or_dash(row['floor'], '.2f'):>8} ×"
            )
        print(part["agreement"])
        for text in part["differences"][:20]:
            print(f"  {text}")


def _or_dash(value: float | None, how: str) -> str:
    return "–" if value is None else f"{value:{how}}"


def _class(options: argparse.Namespace) -> int:
    from tools.bench import large

    judged = large.grade_class(convolution(options.class_size), options.jobs, options.every)
    print(large.in_words(judged))
    record = {"date": datetime.date.today().isoformat(), "machine": write.machine()} | judged
    write.save_json(options.output / "bench-class.json", record)
    write.plot_class(judged["samples"], options.output / "bench-class.svg")
    print(f"written to {options.output}/")
    return 0 if judged["throughput_flat"] and judged["memory_flat"] else 1


if __name__ == "__main__":
    sys.exit(main())
