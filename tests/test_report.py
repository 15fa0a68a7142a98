"""The class report: numbers that add up, mistakes by name, and pages that stay short."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from test_feedback import HOSTILE, Page, cell, result

from autograder.engine.result import OUTCOMES, CellResult, Evidence, Result
from autograder.feedback import render_feedback
from autograder.gradebook import ManualGrade
from autograder.report import render_report, write_report

NAME = "01_convolution"


def report(*results: Result, manual: dict[str, dict[str, ManualGrade]] | None = None) -> Page:
    return Page(render_report(NAME, results, manual))


def lost(name: str = "stride-ignored", exercise: str = "f", **more: Any) -> CellResult:
    message = more.pop("message", "the stride is ignored: look at the index. More words.")
    grade_id = more.pop("grade_id", f"test_{exercise}")
    return cell(grade_id, exercise, "incorrect", mistake=name, message=message, **more)


def right(exercise: str = "f", **more: Any) -> CellResult:
    return cell(f"test_{exercise}", exercise, **more)


def svgs(page: Page) -> list[str]:
    start = "data:image/svg+xml;base64,"
    found = [v.removeprefix(start) for _, n, v in page.attributes if n == "src" and v.startswith(start)]
    return [base64.b64decode(data).decode("utf-8") for data in found]


def part(page: Page, begin: str, end: str) -> str:
    text = page.text
    start = text.index(begin)
    return text[start : text.index(end, start)]


def test_the_numbers_add_up() -> None:
    invalid = result(right(), student="eve", status="invalid", reason="it is not JSON.")
    page = report(
        result(right(max_score=4.0), student="a"),
        result(lost(max_score=4.0), student="b"),
        result(cell("test_f", "f", "partial", max_score=4.0, score=3.0), student="c"),
        invalid,
    )
    text = part(page, "Submitted", "Scores")
    for words in (
        "Submitted 4",
        "Graded 3",
        "Invalid 1",
        "Mean, automatic 2.3 of 4",
        "Median, automatic 3.0 of 4",
    ):
        assert words in text
    assert "33% 1 of 3" in page.text


def test_scores_are_drawn_as_a_histogram_with_words() -> None:
    page = report(*(result(right(max_score=float(3)), student=str(n)) for n in range(4)))
    [drawing] = svgs(page)
    assert drawing.lstrip().startswith("<?xml")
    assert "<script" not in drawing
    alts = [value for tag, name, value in page.attributes if (tag, name) == ("img", "alt")]
    assert alts == ["Histogram of 4 scores from 3 to 3 points, median 3.0."]


def test_a_report_is_the_same_at_every_run() -> None:
    results = [result(right(), lost(exercise="g"), student=str(n)) for n in range(70)]
    assert render_report(NAME, results) == render_report(NAME, results)


def test_mistakes_are_named_counted_and_explained_the_commonest_first() -> None:
    results = [result(lost("stride-ignored"), student=f"s{n}") for n in range(5)]
    results += [
        result(lost("kernel-flipped", message="the kernel is flipped."), student=f"k{n}") for n in range(7)
    ]
    error = {"message": "your code raised IndexError where it should have answered."}
    results += [result(cell("test_f", "f", "error", **error), student=f"e{n}") for n in range(2)]
    text = part(report(*results), "Exercise by exercise", "Everybody")
    assert (
        text.index("kernel flipped (7)")
        < text.index("stride ignored (5)")
        < text.index("raised IndexError (2)")
    )
    assert "The stride is ignored: look at the index." in text
    assert "More words" not in text
    assert "12 incorrect" in text
    assert "2 error" in text


def test_where_most_points_were_lost_comes_up_in_class() -> None:
    results = [result(lost(exercise="f", max_score=1.0), lost(exercise="g", max_score=5.0)) for _ in range(3)]
    text = part(report(*results), "What to take up in class", "Exercise by exercise")
    assert text.index("g: Title of test_g") < text.index("f: Title of test_f")
    assert "3 of 3 without full points" in text
    assert "Commonest: stride ignored (3)." in text


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ([cell("test_f", "f", "not attempted"), cell("test_g", "g", "not attempted")], "nothing attempted"),
        ([right(), cell("test_g", "g", "not attempted", max_score=9.0)], "stopped before g"),
        ([cell("test_f", "f", "not attempted", max_score=9.0), right("g")], "did not attempt f"),
        ([cell("test_f", "f", "crashed", message="m")], "crashed at f , Title of test_f"),
        ([cell("test_f", "f", "timed out", message="m")], "timed out at f , Title of test_f"),
        ([cell("test_f", "f", "out of memory", message="m")], "ran out of memory at f"),
        (
            [cell("test_f", "f", "error", message="your code raised KeyError.")],
            "error at f , Title of test_f: raised KeyE",
        ),
        ([lost()], "lost f , Title of test_f: stride ignored"),
        ([cell("test_f", "f", "incorrect", message="m")], "lost f , Title of test_f: no known mistake"),
    ],
)
def test_a_student_who_needs_help_is_listed_with_what_stands_in_the_way(
    cells: list[CellResult], why: str
) -> None:
    page = report(result(*cells, student="alan"))
    text = part(page, "Students who need help", "For instructors only")
    assert "alan" in text
    assert why.replace(" ,", ",") in text.replace(" ,", ",")


def test_students_who_need_help_come_fewest_points_first_and_others_not_at_all() -> None:
    def scored(student: str, score: float) -> Result:
        return result(cell("test_f", "f", "partial", max_score=10.0, score=score), student=student)

    invalid = result(right(), student="unread", status="invalid", reason="it is not JSON.")
    text = part(
        report(scored("three", 3), scored("one", 1), scored("nine", 9), invalid),
        "Students who need",
        "For instr",
    )
    assert text.index("unread") < text.index("one") < text.index("three")
    assert "nine" not in text
    assert "3 students with less than 50%" in text


def test_a_check_that_failed_itself_is_the_instructors_to_mend() -> None:
    def broken(student: str) -> Result:
        message = "the check itself failed: this is not your mistake; your instructor sees it too."
        failed = cell(
            "test_f", "f", "error", message=message, mistake="check-failed", instructor_detail="KeyError: 'x'"
        )
        return result(failed, right("g", max_score=9.0), student=student)

    page = report(*(broken(f"s{n}") for n in range(12)))
    text = part(page, "To do for the instructor", "Exercise by exercise")
    assert "The check test_f failed itself" in text
    assert "On 12 submissions" in text
    assert "and 4 more" in text
    assert "KeyError: 'x'" in text
    assert "autograder grade 01_convolution" in text
    assert "check failed (" not in page.text
    assert "What to take up in class" not in page.text


def test_invalid_submissions_come_with_reasons_and_a_way_on() -> None:
    page = report(result(student="eve", status="invalid", reason="the file is not JSON (line 3)."))
    text = part(page, "To do for the instructor", "Students who need help")
    assert "1 submission could not be read" in text
    assert "eve: The file is not JSON (line 3)." in text
    assert "Ask these students for their notebook again" in text


def test_answers_that_wait_and_answers_that_were_read_are_counted() -> None:
    results = [result(right(), cell("why", "why", "manual", max_score=4.0), student=n) for n in "abc"]
    results.append(
        result(right(), cell("why", "why", "not attempted", max_score=4.0, message="m"), student="d")
    )
    graded = {
        "a": {"why": ManualGrade(3.0, None, False)},
        "d": {"why": ManualGrade(0.0, "No response.", False)},
    }
    page = report(*results, manual=graded)
    assert "2 answers wait for a person" in page.text
    assert "75% mean of 1" in page.text
    assert "1 graded by a person" in page.text
    assert "1 not attempted" in page.text
    assert "100% 4 of 4" in page.text


def test_a_persons_points_count_in_the_report() -> None:
    page = report(
        result(lost(max_score=4.0), student="a"), manual={"a": {"test_f": ManualGrade(4.0, None, False)}}
    )
    assert "Mean, automatic 4.0 of 4" in page.text
    assert "100% 1 of 1" in page.text


def test_instructors_see_a_case_of_a_hidden_failure() -> None:
    evidence = Evidence(True, "odd sizes", cause="the stride is ignored.")
    page = report(result(lost(evidence=evidence, instructor_detail="wanted [[4711]]"), student="grace"))
    assert "A case (grace)" in page.text
    assert "wanted [[4711]]" in page.text


def test_a_small_class_has_a_map_and_a_large_one_bars() -> None:
    cells = [cell(f"test_f{n}", f"f{n}", outcome) for n, outcome in enumerate(OUTCOMES[:-1])]
    small = report(*(result(*cells, student=f"student {n}") for n in range(60)))
    assert "Everybody at a glance" in small.text
    assert len(svgs(small)) == 1
    assert small.text.count("student 59") >= 1
    large = report(*(result(*cells, student=f"student {n}") for n in range(61)))
    assert "Everybody at a glance" not in large.text
    assert len(svgs(large)) == 2
    assert "student 59" not in large.text[: large.text.index("Students who need help")]


def test_the_map_shows_what_a_person_made_of_a_cell() -> None:
    cells = [cell("why", "why", "manual"), cell("how", "how", "manual")]
    page = report(result(*cells, student="a"), manual={"a": {"why": ManualGrade(2.0, None, False)}})
    titles = [value for tag, name, value in page.attributes if (tag, name) == ("td", "title")]
    assert titles == [
        "why, 1: Title of why: Correct",
        "how, 1: Title of how: Waits for a person",
    ]


def test_the_maps_columns_are_numbered_under_their_exercise_and_in_the_table() -> None:
    cells = [cell(f"test_f_{n}", "f", title=f"Part {n}") for n in "abc"] + [right("g")]
    page = report(result(*cells, student="a"), result(*cells[:1], student="b"))
    assert ("th", "colspan", "3") in page.attributes
    text = part(page, "Everybody at a glance", "Students who need help")
    assert "Student Points f g 1 2 3 1 a 8" in text
    titles = [value for tag, name, value in page.attributes if (tag, name) == ("th", "title")]
    assert "f, 2: Part b" in titles
    assert "2 Part b" in part(page, "Exercise by exercise", "Everybody")


def test_points_by_hand_and_in_all_are_listed_for_each_student() -> None:
    cells = [lost(max_score=4.0), cell("why", "why", "manual", max_score=3.0)]
    page = report(
        *(result(*cells, student=name) for name in ("read", "waiting")),
        manual={"read": {"why": ManualGrade(2.0, None, False)}},
    )
    text = part(page, "Everybody at a glance", "Students who need help")
    assert "read 0 2 2" in text
    assert "waiting 0 waits 0" in text
    text = part(page, "Students who need help", "For instructors only")
    assert "read 0 of 4 2 2 of 7" in text
    assert "waiting 0 of 4 waits 0 of 7" in text


def test_the_named_blocker_is_where_the_most_points_are_to_gain_as_on_the_students_page() -> None:
    cells = [
        lost("stride-ignored", "f", max_score=1.0),
        lost("kernel-flipped", "g", max_score=5.0, message="look at g."),
    ]
    text = part(report(result(*cells)), "Students who need help", "For instructors only")
    assert "lost g , Title of test_g: kernel flipped (5 points to gain)" in text.replace("g,", "g ,")
    steps = Page(render_feedback(result(*cells))).text
    assert steps.index("g: Title of test_g") < steps.index("f: Title of test_f")


@pytest.mark.parametrize(
    ("missed", "of", "listed"),
    [(1, 5, False), (2, 5, True), (2, 20, True), (2, 21, False), (3, 59, True), (1, 1, False)],
)
def test_what_few_students_missed_is_not_for_the_whole_class(missed: int, of: int, listed: bool) -> None:
    page = report(*(result(lost() if n < missed else right(), student=str(n)) for n in range(of)))
    assert ("What to take up in class" in page.text) is listed


def test_a_stretch_exercise_never_comes_first_in_class() -> None:
    stretch = lost(exercise="s", title="Stretch: more", max_score=9.0)
    page = report(*(result(stretch, lost(max_score=1.0), student=str(n)) for n in range(4)))
    text = part(page, "What to take up in class", "Exercise by exercise")
    assert text.index("f: Title of test_f") < text.index("s: Stretch: more")
    page = report(*(result(stretch, right(), student=str(n)) for n in range(4)))
    assert "What to take up in class" not in page.text


def test_real_names_are_listed_with_the_folders_name(tmp_path: Path) -> None:
    folder = tmp_path / "submitted/ada/01_convolution"
    folder.mkdir(parents=True)
    (folder / "lms.json").write_text('{"system": "moodle", "name": "Ada <b>King"}', "utf-8")
    page = Page(write_report(tmp_path, NAME, [result(lost())], {}).read_text("utf-8"))
    page.assert_harmless()
    assert "Ada <b>King (ada)" in part(page, "Students who need help", "For instructors only")


def test_nobody_handed_in() -> None:
    page = report()
    assert "Submitted 0" in page.text
    assert "No submission could be graded so far" in page.text
    assert not svgs(page)


def test_only_answers_for_a_person() -> None:
    page = report(*(result(cell("why", "why", "manual"), student=str(n)) for n in range(61)))
    assert "61 answers wait for a person" in page.text
    page.assert_harmless()


def test_results_that_lack_a_cell_are_counted_without_it() -> None:
    page = report(result(right(), right("g"), student="a"), result(right(), student="b"))
    assert "100% 2 of 2" in page.text
    assert "100% 1 of 1" in page.text


@pytest.mark.parametrize("size", [1, 61])
def test_hostile_text_is_text_in_every_field(size: int) -> None:
    evidence = Evidence(True, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE)
    texts = {
        "message": f"your code raised {HOSTILE}",
        "evidence": evidence,
        "title": HOSTILE,
        "max_score": 1.0,
    }
    cells = [
        cell(f"{HOSTILE}{n}", HOSTILE, outcome, mistake=HOSTILE, instructor_detail=HOSTILE, **texts)
        for n, outcome in enumerate((*OUTCOMES, HOSTILE))
    ]
    cells += [
        cell("test_x", "x", "error", mistake="check-failed", instructor_detail=HOSTILE, message=HOSTILE)
    ]
    results = [result(*cells, student=f"{HOSTILE}{n}", notes=[HOSTILE]) for n in range(size)]
    results += [result(student=HOSTILE, status="invalid", reason=HOSTILE)]
    page = report(*results, manual={HOSTILE + "0": {HOSTILE + "0": ManualGrade(0.5, HOSTILE, True)}})
    page.assert_harmless()
    assert "<script>alert(1)</script>" in page.text
    assert all("<script" not in drawing for drawing in svgs(page))


def test_ten_thousand_students_make_a_short_page_in_little_time() -> None:
    outcomes = ("correct", "incorrect", "correct", "not attempted", "error", "correct", "timed out")
    kinds = [
        [
            cell(
                f"test_f{n}",
                f"f{n // 4}",
                outcomes[(n * k) % 7],
                mistake="slug" if n % 3 else None,
                message="m.",
            )
            for n in range(20)
        ]
        for k in range(50)
    ]

    def everybody() -> Iterator[Result]:
        for n in range(10_000):
            yield result(*kinds[n % 50], student=f"student-{n:05d}", notes=[f"note of {n}."])

    begun = time.perf_counter()
    html = render_report(NAME, everybody())
    assert time.perf_counter() - begun < 30
    assert len(html) < 400_000
    page = Page(html)
    assert "Submitted 10,000" in page.text
    assert "… and " in part(page, "Students who need help", "For instructors only")
    assert len({word for word in page.text.split() if word.startswith("student-")}) <= 60


def test_ten_thousand_invalid_submissions_are_not_all_listed() -> None:
    page = report(*(result(student=f"s{n}", status="invalid", reason="it is empty.") for n in range(10_000)))
    assert "10,000 submissions could not be read" in page.text
    assert page.text.count("It is empty.") < 100


def test_the_report_is_written_where_it_belongs(tmp_path: Path) -> None:
    path = write_report(tmp_path, NAME, [result(right())], {})
    assert path == tmp_path / "reports/01_convolution.html"
    assert "Convolution" in path.read_text("utf-8")
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_the_page_needs_nothing_from_elsewhere_and_can_be_printed() -> None:
    page = report(*(result(right(), lost(exercise="g"), student=str(n)) for n in range(70)))
    page.assert_harmless()
    for reference in ("http://", "https://", "url(", "@import", "<link", "<script", "{{", "{%"):
        assert reference not in page.html
    assert "@media print" in page.html
    assert "size: A4" in page.html
