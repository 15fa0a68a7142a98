"""The command `autograder`."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from autograder.course import Course
from autograder.errors import UserError

DONE, FOUND, WRONG = 0, 1, 2
"""Exit statuses: done; something was found; the command (or what it was given) was wrong."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns
    -------
    int
        0 done; 1 something was found (out of step, an invalid submission under ``--strict``);
        2 the command was wrong.
    """
    options = _parser().parse_args(arguments)
    # jsonschema, which nbformat needs, builds a grammar from this as it is imported, for a second; it does
    # without where the package is not there, and no notebook has an internationalised address to check.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    # A closed terminal or a scheduler's end ends the run as Ctrl-C does: in order.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return options.command(options)
    except UserError as error:
        print(f"autograder: {error}", file=sys.stderr)
        return WRONG
    except KeyboardInterrupt:
        print(
            "\nautograder: interrupted. What was finished is kept; run the same command to go on.",
            file=sys.stderr,
        )
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="autograder", description="Build, release and grade this course's assignments."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, function: object, text: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(command=function)
        return command

    add("doctor", _doctor, "say what this machine offers, a line each")
    for name, function, text in (
        ("build", _build, "course/assignments/NAME.py -> source/"),
        ("release", _release, "source/ -> release/, and the students' kit"),
    ):
        command = add(name, function, text)
        command.add_argument("names", nargs="*", metavar="NAME", help="assignments; by default all")
        command.add_argument("--check", action="store_true", help="write nothing; exit 1 where out of step")
        command.add_argument(
            "--force", action="store_true", help="write over files edited by hand; they are kept aside"
        )
        if name == "release":
            command.add_argument(
                "--strict", action="store_true", help="do not release what `autograder check` has not passed"
            )
    check = add("check", _check, "try the checks of assignments on answers that are a little wrong")
    check.add_argument("names", nargs="*", metavar="NAME", help="assignments; by default all")
    check.add_argument(
        "--jobs", type=_positive, metavar="N", help="submissions at a time; by default one a processor"
    )
    check.add_argument(
        "--seeds", type=_positive, metavar="N", help="at which reference and bank are graded; by default 20"
    )
    check.add_argument(
        "--search",
        type=float,
        metavar="SECONDS",
        help="how long to look for an input on which a survivor differs; by default 4",
    )
    check.add_argument(
        "--only", action="append", metavar="EXERCISE", help="one exercise; may be given several times"
    )
    check.add_argument("--json", type=Path, metavar="FILE", help="write all that was found there, too")
    check.add_argument("--again", action="store_true", help="run also what has not changed since")
    collect = add("collect", _collect, "an LMS zip, or a folder of notebooks -> submitted/")
    collect.add_argument("source", type=Path, metavar="FILE_OR_FOLDER")
    collect.add_argument("name", metavar="NAME")
    grade = add("grade", _grade, "grade the submissions of an assignment")
    grade.add_argument("name", metavar="NAME")
    grade.add_argument("students", nargs="*", metavar="STUDENT", help="by default all who handed in")
    grade.add_argument("--submissions", type=Path, metavar="DIR", help="instead of submitted/")
    grade.add_argument(
        "--jobs", type=_positive, metavar="N", help="submissions at a time; by default one a processor"
    )
    grade.add_argument(
        "--scheduler", metavar="ADDRESS", help="grade on the workers of the Dask scheduler there"
    )
    grade.add_argument(
        "--seed", type=int, metavar="S", help="for the hidden checks' inputs; by default the recorded one"
    )
    grade.add_argument("--json", type=Path, metavar="FILE", help="write the scores there, too")
    grade.add_argument(
        "--times",
        action="store_true",
        help="put seconds into that file; without, equal runs write equal files",
    )
    grade.add_argument("--regrade", action="store_true", help="grade also what has not changed since")
    grade.add_argument(
        "--isolation",
        choices=("process", "partial", "full"),
        metavar="LEVEL",
        help="refuse where students' code is confined less than this: process (anything goes), partial or full; "
        "by default AUTOGRADER_ISOLATION, or partial",
    )
    grade.add_argument("--strict", action="store_true", help="exit 1 where a submission is invalid")
    for name, function, text in (
        ("feedback", _feedback, "write one page a student"),
        ("report", _report, "write one page for the class"),
    ):
        add(name, function, text).add_argument("name", metavar="NAME")
    export = add("export", _export, "write the scores for an LMS")
    export.add_argument("name", metavar="NAME")
    export.add_argument("--to", required=True, metavar="FORMAT")
    export.add_argument("--output", type=Path, metavar="FILE")
    demo = add("demo", _demo, "grade a sample class in demo/, from release to report")
    demo.add_argument("--jobs", type=_positive, metavar="N")
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


# Commands import what they need: `--help` and mistakes answer at once.


def _doctor(options: argparse.Namespace) -> int:
    from autograder import doctor

    return doctor.main(Course.find())


def _build(options: argparse.Namespace) -> int:
    from autograder import build

    return build.main(Course.find(), options.names, check=options.check, force=options.force)


def _release(options: argparse.Namespace) -> int:
    from autograder import release

    return release.main(
        Course.find(), options.names, check=options.check, force=options.force, strict=options.strict
    )


def _check(options: argparse.Namespace) -> int:
    from autograder.mutation import command

    given = {"seeds": options.seeds, "search_seconds": options.search}
    studies = command.check(
        Course.find(),
        options.names,
        jobs=options.jobs,
        again=options.again,
        only=options.only,
        json_file=options.json,
        **{name: value for name, value in given.items() if value is not None},
    )
    return DONE if all(map(command.passed, studies)) else FOUND


def _collect(options: argparse.Namespace) -> int:
    from autograder import collect

    course = Course.find()
    report = collect.collect(course.root, options.source, course.require(options.name))
    print(report)
    return DONE


def _grade(options: argparse.Namespace) -> int:
    from autograder import run

    course = Course.find()
    try:
        results = run.grade(
            course,
            course.require(options.name),
            options.students,
            submissions=options.submissions,
            jobs=options.jobs,
            seed=options.seed,
            json_file=options.json,
            regrade=options.regrade,
            required=options.isolation,
            times=options.times,
            scheduler=options.scheduler,
        )
    except run.NotGraded as error:
        print(f"autograder: {error}", file=sys.stderr)
        return FOUND
    broken = any(cell.mistake == "check-failed" for result in results for cell in result.cells)
    invalid = options.strict and any(result.status == "invalid" for result in results)
    if invalid:
        print(
            "autograder: --strict, and there are invalid submissions (see above): exit status 1.",
            file=sys.stderr,
        )
    return FOUND if broken or invalid else DONE


def _feedback(options: argparse.Namespace) -> int:
    from autograder import run

    course = Course.find()
    run.feedback(course, course.require(options.name))
    return DONE


def _report(options: argparse.Namespace) -> int:
    from autograder import run

    course = Course.find()
    run.report(course, course.require(options.name))
    return DONE


def _export(options: argparse.Namespace) -> int:
    from autograder import export

    course = Course.find()
    try:
        path = export.export(course.root, course.require(options.name), options.to, options.output)
    except ValueError as error:
        raise UserError(str(error)) from None
    print(f"scores written to {path}")
    unfinished = export.unfinished(course.root, options.name)
    if unfinished:
        print(f"autograder: note that {unfinished}.", file=sys.stderr)
    return DONE


def _demo(options: argparse.Namespace) -> int:
    from autograder import demo

    return demo.main(Course.find(), jobs=options.jobs)
