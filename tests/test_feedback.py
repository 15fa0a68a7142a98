"""The feedback page: says all that a learner may know, and nothing that they may not."""

from __future__ import annotations

import base64
import io
import zlib
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from autograder.engine.result import OUTCOMES, CellResult, Evidence, Result
from autograder.engine.supervise import image_result
from autograder.feedback import render_feedback, write_feedback
from autograder.gradebook import ManualGrade
from autograder.pages import OUTCOME_WORDS, as_sentence, assignment_words, clean, first_sentence, points
from autograder.pictures import alt_text, draw, keep_picture, safe_png

HOSTILE = (
    '"><script>alert(1)</script><img src=x onerror=alert(1)><svg onload=alert(1)> `x` {{ 7 * 7 }} $\\frac$'
)
BLOCKS = "h1 h2 h3 p li br tr td th dt dd pre div figcaption summary".split()
HARMLESS_TAGS = {
    *BLOCKS,
    *"html head meta title style body main header footer section article span ol ul table thead tbody dl".split(),
    *"code strong em b small bdi svg circle path img figure details".split(),
}


class Page(HTMLParser):
    """A page's tags, attributes and readable words."""

    def __init__(self, html: str):
        super().__init__()
        self.html, self.tags, self.attributes, self.words = html, [], [], []
        self._style = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag in BLOCKS:
            self.words.append(" ")
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        self._style = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self._style = False

    def handle_data(self, data: str) -> None:
        if not self._style:
            self.words.append(data)

    @property
    def text(self) -> str:
        """The words as one line."""
        return " ".join("".join(self.words).split())

    def assert_harmless(self) -> None:
        """No tag, attribute or address that could run or load anything."""
        assert set(self.tags) <= HARMLESS_TAGS
        for tag, name, value in self.attributes:
            assert not name.startswith("on"), (tag, name)
            assert name not in ("href", "srcset", "action", "formaction", "xlink:href"), (tag, name)
            if name == "src":
                assert tag == "img"
                assert value.startswith(("data:image/png;base64,", "data:image/svg+xml;base64,"))
            if name == "style":
                assert value.startswith("width:")
        policy = next(value for tag, name, value in self.attributes if (tag, name) == ("meta", "content"))
        assert policy.startswith("default-src 'none'; img-src data:; style-src 'unsafe-inline'")

    def pictures(self) -> list[str]:
        """The PNG files in base64."""
        start = "data:image/png;base64,"
        return [v.removeprefix(start) for t, n, v in self.attributes if n == "src" and v.startswith(start)]


def cell(grade_id: str, exercise: str, outcome: str = "correct", **more: Any) -> CellResult:
    most = more.pop("max_score", 2.0)
    score = more.pop("score", most if outcome == "correct" else 0.0)
    return CellResult(
        grade_id, exercise, more.pop("title", f"Title of {grade_id}"), score, most, outcome, **more
    )


def result(*cells: CellResult, **more: Any) -> Result:
    fields = {"student": "ada", "assignment": "01_convolution", "status": "graded", "reason": None, "seed": 1}
    return Result(**(fields | {"cells": list(cells)} | more))


def page(*cells: CellResult, manual: dict[str, ManualGrade] | None = None, **more: Any) -> Page:
    return Page(render_feedback(result(*cells, **more), manual=manual or {}))


def png(size: tuple[int, int] = (4, 3), text: str = "") -> bytes:
    info = PngImagePlugin.PngInfo()
    if text:
        info.add_text("Comment", text)
    file = io.BytesIO()
    Image.new("RGB", size, "red").save(file, "PNG", pnginfo=info)
    return file.getvalue()


def base64_of(data: bytes) -> str:
    return base64.b64encode(data).decode()


def code(source: str, *outputs: Any, **metadata: Any) -> dict[str, Any]:
    return {"cell_type": "code", "metadata": metadata, "source": source, "outputs": list(outputs)}


def notebook(*cells: Any) -> dict[str, Any]:
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells)}


def shown(**data: Any) -> dict[str, Any]:
    return {
        "output_type": "display_data",
        "data": {k.replace("_", "/", 1): v for k, v in data.items()},
        "metadata": {},
    }


PUBLIC = Evidence(
    called="convolve2D(5×7 float64 array, strides=2)",
    got="array of shape (3, 5)",
    wanted="array of shape (2, 3)",
    cause="equals the answer for stride 1: is the stride used?",
)


# ---------------------------------------------------------------------------------------
# What it says
# ---------------------------------------------------------------------------------------


def test_every_outcome_is_said_in_words_and_by_a_symbol() -> None:
    assert set(OUTCOME_WORDS) == set(OUTCOMES)
    cells = [cell(f"test_f{n}", f"f{n}", outcome) for n, outcome in enumerate(OUTCOMES)]
    shown = page(*cells)
    for words in OUTCOME_WORDS.values():
        assert words.word in shown.text
        assert shown.html.count(f'class="outcome {words.family}"') >= 2  # in the table and on the card
    shown.assert_harmless()


def test_a_public_failure_shows_call_result_wanted_cause_and_mistake() -> None:
    text = page(
        cell(
            "test_f",
            "f",
            "incorrect",
            message=PUBLIC.cause,
            mistake="stride-ignored",
            evidence=PUBLIC,
            title="Strides",
        )
    ).text
    for label, value in (
        ("Called", PUBLIC.called),
        ("Came back", PUBLIC.got),
        ("Wanted", PUBLIC.wanted),
        ("Likely cause", "Equals the answer for stride 1: is the stride used?"),
    ):
        assert f"{label} {value}" in text
    assert "stride ignored" in text
    assert "Strides" in text


def test_a_hidden_failure_shows_the_situation_and_the_named_mistake_and_no_value() -> None:
    evidence = Evidence(
        True,
        "images that are not square",
        got="GOT-4711",
        wanted="WANTED-4712",
        cause="the kernel is flipped.",
    )
    failed = cell(
        "test_f",
        "f",
        "incorrect",
        message="the kernel is flipped.",
        mistake="kernel-flipped",
        evidence=evidence,
        instructor_detail="called convolve2D with DETAIL-4713",
    )
    shown = page(failed)
    assert "Situation Images that are not square" in shown.text
    assert "kernel flipped" in shown.text
    assert "The kernel is flipped." in shown.text
    assert "471" not in shown.html

    failed.message = "it gave GOT-4711 and not WANTED-4712"
    assert "471" not in page(failed).html


def test_instructor_detail_is_on_no_page_of_a_student() -> None:
    for outcome in OUTCOMES:
        shown = page(
            cell("test_f", "f", outcome, message="m", evidence=PUBLIC, instructor_detail="DETAIL-4713")
        )
        assert "4713" not in shown.html


def test_a_hidden_traceback_keeps_only_the_learners_own_lines() -> None:
    trace = (
        '  File "<cell 3 [0.125 7.5]>", line 2, in f\n    return image[99]\n'
        '  File "<cell 3>", line 9, in wanted_0_125\n    hidden_values = [7.5]\nIndexError: 0.125 is out of bounds'
    )
    evidence = Evidence(True, "an odd height", cause="your code raised IndexError.", trace=trace)
    own = notebook(code("def f(image):\n    return image[99]"))
    failed = cell("test_f", "f", "error", message=evidence.cause, evidence=evidence)
    shown = page(failed, notebook=own)
    assert "line 2, in f" in shown.text
    assert "return image[99]" in shown.text
    for secret in ("0.125", "7.5", "wanted_0", "hidden_values", "IndexError:"):
        assert secret not in shown.text

    evidence.hidden = False
    assert "IndexError: 0.125 is out of bounds" in page(failed, notebook=own).text


def test_a_stub_is_explained_once_for_all_its_aspects() -> None:
    message = "f still raises NotImplementedError: write your answer in its cell."
    shown = page(*(cell(f"test_f_{n}", "f", "not attempted", message=message) for n in range(5)))
    assert shown.text.count(message) == 1
    assert "Nothing has been attempted yet." in shown.text


def test_a_failing_check_is_no_fault_of_the_learner() -> None:
    message = "the check itself failed: this is not your mistake; your instructor sees it too."
    shown = page(cell("test_f", "f", "error", message=message, mistake="check-failed"))
    assert "Error in the check" in shown.text
    assert "You need not do anything" in shown.text
    assert "What to do next" not in shown.text


@pytest.mark.parametrize("outcome", ["error", "timed out", "out of memory", "crashed"])
def test_what_stopped_the_code_comes_with_something_to_do(outcome: str) -> None:
    shown = page(
        cell(
            "test_f",
            "f",
            outcome,
            message="your code ended the interpreter.",
            evidence=Evidence(cause="your code ended the interpreter."),
        )
    )
    assert "What happened Your code ended the interpreter." in shown.text
    assert "What to do " in shown.text


def test_next_steps_are_three_and_the_largest_gain_comes_first() -> None:
    lost = [("a", 1.0), ("b", 5.0), ("c", 2.0), ("d", 3.0)]
    cells = [cell(f"test_{n}", n, "incorrect", max_score=most, message=f"look at {n}.") for n, most in lost]
    text = page(*cells).text
    steps = text[text.index("What to do next") : text.index("At a glance")]
    assert [f"({p} points to gain" in steps for p in (5, 3, 2)] == [True] * 3
    assert steps.index("Look at b.") < steps.index("Look at d.") < steps.index("Look at c.")
    assert "Look at a." not in steps
    assert "And 1 more exercise with points to gain: a (1 point)." in steps


def test_a_next_step_keeps_the_question_that_follows_the_first_sentence() -> None:
    cause = "the result is too large. Does it start at 0? Start lower. And so on."
    text = page(
        cell("test_f", "f", "incorrect", message=cause, mistake="m", evidence=Evidence(cause=cause))
    ).text
    steps = text[text.index("What to do next") : text.index("At a glance")]
    assert "The result is too large. Does it start at 0?" in steps
    assert "Start lower" not in steps
    assert "more exercise" not in steps


def test_a_failure_without_a_cause_is_told_once() -> None:
    evidence = Evidence(called="f(3)", got="4", wanted="5")
    message = (
        "f: 0 of 1 public checks passed. The first that did not:\n  called f(3)\n  came back 4\n  wanted 5"
    )
    text = page(cell("test_f", "f", "incorrect", message=message, evidence=evidence)).text
    assert "Called f(3) Came back 4 Wanted 5" in text
    assert "0 of 1 public checks" not in text
    assert "compare what came back with what was wanted" in text


def test_a_next_step_from_a_hidden_check_names_the_situation() -> None:
    cause = "the numbers are not the expected ones in that situation."
    evidence = Evidence(True, "images with an odd height", cause=cause)
    text = page(cell("test_f", "f", "incorrect", message=cause, evidence=evidence)).text
    steps = text[text.index("What to do next") : text.index("At a glance")]
    assert "Images with an odd height: the numbers are not the expected ones in that situation." in steps


def test_a_learner_sees_the_answer_that_a_person_reads() -> None:
    own = {
        "cell_type": "markdown",
        "metadata": {"nbgrader": {"grade_id": "why"}},
        "source": "Because of **weights**.",
    }
    assert "Because of **weights**." in page(cell("why", "why", "manual"), notebook=notebook(own)).text
    blank = cell("why", "why", "not attempted", message="nothing was written here.")
    assert "Because" not in page(blank, notebook=notebook(own)).text


def test_all_right_asks_for_nothing() -> None:
    text = page(cell("test_f", "f")).text
    assert "Everything is right." in text
    assert "What to do next" not in text
    assert "In all" not in text


def test_all_right_says_what_a_person_still_reads_and_the_points_in_all() -> None:
    text = page(cell("test_f", "f"), cell("why", "why", "manual", max_score=3.0)).text
    assert "Everything is right." not in text
    assert "A person still reads answers worth 3 points." in text
    assert "In all so far: 2 of 5 points" in text

    grades = {"why": ManualGrade(2.0, "", False)}
    text = page(cell("test_f", "f"), cell("why", "why", "manual", max_score=3.0), manual=grades).text
    assert "4 of 5 points in all 2 of 2 points from automatic checks" in text
    assert "Everything is right." not in text
    assert "so far" not in text

    text = page(cell("test_f", "f"), cell("why", "why", "not attempted", max_score=3.0)).text
    assert "Answers in words, worth 3 points, were left empty." in text
    assert "2 of 5 points in all" in text


def test_the_large_number_is_the_automatic_one_while_an_answer_waits() -> None:
    cells = [cell("test_f", "f"), cell("why", "why", "manual"), cell("how", "how", "manual")]
    text = page(*cells, manual={"why": ManualGrade(2.0, None, False)}).text
    assert "2 of 2 points from automatic checks 2 of 2 points graded by a person" in text
    assert "In all so far: 4 of 6 points" in text


def test_only_answers_and_all_of_them_read() -> None:
    text = page(cell("why", "why", "manual"), manual={"why": ManualGrade(1.0, None, False)}).text
    assert "Your answers have been read." in text
    assert "1 of 2 points in all" in text


@pytest.mark.parametrize(
    ("account", "greeted"),
    [
        ('{"system": "moodle", "user": "7", "name": "Ada  <b>King"}', "for Ada <b>King"),
        ('{"system": "canvas", "user": "7", "name": "lovelaceada"}', "for ada"),
        ('{"system": "moodle", "name": ["Ada"]}', "for ada"),
        ("[]", "for ada"),
        ("{", "for ada"),
        (None, "for ada"),
    ],
)
def test_a_student_is_greeted_by_the_real_name_where_it_is_known(
    tmp_path: Path, account: str | None, greeted: str
) -> None:
    folder = tmp_path / "submitted/ada/01_convolution"
    folder.mkdir(parents=True)
    if account is not None:
        (folder / "lms.json").write_text(account, "utf-8")
    [path] = write_feedback(tmp_path, "01_convolution", [result(cell("test_f", "f"))])
    shown = Page(path.read_text("utf-8"))
    assert f"{greeted} 2 of 2 points" in shown.text
    shown.assert_harmless()


def test_points_add_up_and_those_that_wait_are_told_apart() -> None:
    cells = [
        cell("test_f", "f", max_score=3.0),
        cell("test_g", "g", "partial", max_score=2.0, score=0.5),
        cell("why", "why", "manual", max_score=4.0),
        cell("when", "when", "manual", max_score=2.0),
        cell("blank", "blank", "not attempted", max_score=1.0, message="nothing was written here."),
    ]
    text = page(*cells).text
    assert "3.5 of 5 points" in text
    assert "6 points wait for a person" in text
    assert "1 point for answers that were left empty" in text

    grades = {"when": ManualGrade(1.5, "Half of it.", False), "why": ManualGrade(None, None, True)}
    text = page(*cells, manual=grades).text
    assert "3.5 of 5 points" in text
    assert "1.5 of 2 points graded by a person" in text
    assert "4 points wait for a person" in text
    assert "Half of it." in text


def test_an_empty_answer_with_nbgraders_own_zero_is_not_said_to_be_read_by_a_person() -> None:
    blank = cell("why", "why", "not attempted", message="nothing was written here.")
    text = page(blank, manual={"why": ManualGrade(0.0, "No response.", False)}).text
    assert "Nothing was written here." in text
    assert "graded by a person" not in text.lower()
    assert "No response." not in text


def test_a_persons_points_and_comments_go_before_the_machines() -> None:
    grades = {
        "test_f": ManualGrade(1.0, "Right idea.", False),
        "f": ManualGrade(None, "Rename `filter`.", False),
    }
    shown = page(cell("test_f", "f", "incorrect"), manual=grades)
    assert "1 of 2 points" in shown.text
    assert "A person changed these points from 0 to 1." in shown.text
    assert "Right idea." in shown.text
    assert "Rename filter." in shown.text


def test_notes_are_shown_as_sentences() -> None:
    assert (
        "The cell f was missing and was put back."
        in page(notes=["the cell f was missing and was put back."]).text
    )


def test_an_invalid_submission_says_what_happened_and_what_to_do() -> None:
    reason = "the file is not a notebook: it is not JSON (line 3)."
    shown = page(cell("test_f", "f", "not attempted"), status="invalid", reason=reason)
    assert "could not be graded" in shown.text
    assert "The file is not a notebook: it is not JSON (line 3)." in shown.text
    assert "What to do" in shown.text
    shown.assert_harmless()


def test_pictures_come_with_words() -> None:
    picture = image_result(**keep_picture("Edges", np.eye(12), np.eye(12) * 2))
    shown = page(cell("test_f", "f", "incorrect", pictures=[picture]))
    assert len(shown.pictures()) == 1
    assert ("img", "alt", alt_text(picture)) in shown.attributes


# ---------------------------------------------------------------------------------------
# What it does not let in
# ---------------------------------------------------------------------------------------


def test_hostile_text_is_text_in_every_field() -> None:
    evidence = Evidence(False, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE)
    hidden = Evidence(True, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE)
    pictures = [image_result(**keep_picture(HOSTILE, np.eye(12), np.eye(12)) | {"news": HOSTILE})]
    cells = [
        cell(
            HOSTILE + str(n),
            HOSTILE,
            outcome,
            title=HOSTILE,
            message=HOSTILE + " m",
            mistake=HOSTILE,
            evidence=e,
            pictures=pictures,
            instructor_detail=HOSTILE,
        )
        for n, (outcome, e) in enumerate(
            (o, e) for o in (*OUTCOMES, HOSTILE) for e in (evidence, hidden, None)
        )
    ]
    book = notebook(
        code(
            HOSTILE,
            {"output_type": "stream", "name": HOSTILE, "text": HOSTILE},
            {"output_type": "error", "ename": HOSTILE, "evalue": HOSTILE, "traceback": [HOSTILE]},
            {"output_type": "execute_result", "data": {"text/plain": HOSTILE, "text/html": HOSTILE}},
            shown(image_png=HOSTILE),
        )
    )
    grades = {c.grade_id: ManualGrade(1.0, HOSTILE, False) for c in cells}
    for status in ("graded", "invalid"):
        made = page(
            *cells,
            manual=grades,
            notebook=book,
            notes=[HOSTILE],
            student=HOSTILE,
            assignment=f"01_{HOSTILE}",
            status=status,
            reason=HOSTILE,
        )
        made.assert_harmless()
        assert "<script>alert(1)</script>" in made.text
        assert "49" not in made.text


def test_outputs_other_than_text_and_png_are_not_shown() -> None:
    book = notebook(
        code("a", shown(text_html="<b>HTML-4711</b>")),
        code("b", {"output_type": "display_data", "data": {"image/svg+xml": "<svg>SVG-4711</svg>"}}),
        code("c", {"output_type": "display_data", "data": {"application/javascript": "alert('JS-4711')"}}),
        code("d", {"output_type": "display_data", "data": {"text/markdown": "<b>MD-4711</b>"}}),
        code("e", shown(image_png=base64_of(b"<svg onload='alert(1)'>4711</svg>"))),
        code("f", shown(image_jpeg="4711")),
        code("g", shown(text_html="<b>4711</b>", text_plain="the plain text")),
    )
    made = page(notebook=book)
    made.assert_harmless()
    assert "4711" not in made.html
    assert "the plain text" in made.text
    assert not made.pictures()


def test_a_learners_picture_is_written_anew() -> None:
    smuggled = png(text="<script>4711</script>") + b"TRAILING-4711<script>"
    made = page(notebook=notebook(code("plot", shown(image_png=base64_of(smuggled)))))
    [encoded] = made.pictures()
    data = base64.b64decode(encoded)
    assert b"4711" not in data
    assert Image.open(io.BytesIO(data)).getpixel((0, 0)) == (255, 0, 0)


def _bomb(width: int, height: int) -> bytes:
    """A PNG file of a few bytes that claims to be enormous."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")

    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 2, 0, 0, 0])
    body = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "data",
    [b"", b"\x89PNG\r\n\x1a\n", png()[:50], _bomb(60_000, 60_000), b"GIF89a", _bomb(0, 0)],
    ids=["empty", "magic-only", "cut", "bomb", "gif", "no-pixels"],
)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    assert safe_png(base64_of(data)) is None


@pytest.mark.parametrize("value", [None, 5, "no base64!", "é", ["x"], {}])
def test_what_is_no_base64_is_refused(value: Any) -> None:
    assert safe_png(value) is None


def test_a_wide_picture_is_made_smaller() -> None:
    encoded = safe_png(base64_of(png((3000, 30))))
    assert Image.open(io.BytesIO(base64.b64decode(encoded))).size == (1000, 10)


def test_terminal_codes_control_characters_and_half_characters_are_dropped() -> None:
    text = (
        "\x1b[31mred\x1b[0m \x1b]8;;http://x\x07link\x1b]8;;\x07 a\x00b\u202ec \ud800\n10%\r20%\r30%\r\nend"
    )
    assert clean(text) == "red link abc ?\n30%\nend"
    book = notebook(code("x", {"output_type": "stream", "name": "stdout", "text": text}))
    made = page(notebook=book, student="\ud800")
    made.html.encode("utf-8")
    assert "red link" in made.text


def test_long_outputs_are_cut_with_a_note() -> None:
    lines = "".join(f"line {n}\n" for n in range(5000))
    wide = "x" * 100_000
    streams = [{"output_type": "stream", "name": "stdout", "text": t} for t in (lines, wide)]
    made = page(notebook=notebook(code("many", *streams)))
    assert "line 0 " in made.text
    assert "line 4999" in made.text
    assert "line 2500" not in made.text
    assert "4,940 lines are not shown" in made.text
    assert "94,000 characters are not shown" in made.text
    assert len(made.html) < 60_000


def test_a_page_stays_small_whatever_is_printed() -> None:
    stream = {"output_type": "stream", "name": "stdout", "text": "y" * 100_000}
    rng = np.random.default_rng(0)
    file = io.BytesIO()
    Image.fromarray(rng.integers(0, 256, (400, 400, 3), dtype=np.uint8)).save(file, "PNG")
    picture = shown(image_png=base64_of(file.getvalue()))
    made = page(notebook=notebook(*(code("z", stream, picture) for _ in range(350))))
    assert "The page is full" in made.text or "the page is full" in made.text
    assert len(made.html) < 12_000_000


def test_hidden_tests_in_a_notebook_are_not_shown() -> None:
    source = "before = 1\n### BEGIN HIDDEN TESTS\nfrom autograder.checks import SECRET\n### END HIDDEN TESTS\nafter = 2"
    book = notebook(code(source), code("### BEGIN HIDDEN TESTS\nSECRET"))
    made = page(notebook=book)
    assert "SECRET" not in made.html
    assert "before = 1" in made.text
    assert "after = 2" in made.text


def test_cells_with_checks_are_left_out_of_the_notebook() -> None:
    book = notebook(code("check.f(f)", nbgrader={"grade_id": "test_f"}), code("own_work = 1"))
    made = page(cell("test_f", "f"), notebook=book)
    assert "check.f(f)" not in made.text
    assert "own_work = 1" in made.text


def test_the_learners_cells_are_named_and_the_courses_own_left_out() -> None:
    book = notebook(
        code("import numpy", nbgrader={"grade_id": "cell-1", "locked": True, "solution": False}),
        {**code("show(f(photo))"), "metadata": {"tags": ["illustration"]}},
        code("def f(): ...", nbgrader={"grade_id": "f", "locked": False, "solution": True}),
        code("def helper(): ..."),
    )
    made = page(cell("test_f", "f"), notebook=book)
    assert "import numpy" not in made.text and "show(f(photo))" not in made.text
    assert "Your f (cell 3)" in made.text
    assert "def helper" in made.text


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"cells": None},
        {"cells": [None, 5, [], {}]},
        notebook(code(None), {"cell_type": "code"}, {"cell_type": "code", "metadata": 5, "source": ["a", 5]}),
        notebook(code("a", None, 5, {}, {"output_type": "stream"}, {"output_type": "error", "traceback": 5})),
        notebook(
            code("a", {"output_type": "display_data", "data": 5}, shown(image_png=5), shown(text_plain={}))
        ),
        notebook(code("a", nbgrader=5), {"cell_type": "code", "source": "b", "outputs": 5}),
    ],
)
def test_a_malformed_notebook_still_gives_a_page(broken: Any) -> None:
    page(cell("test_f", "f"), cell("why", "why", "manual"), notebook=broken).assert_harmless()


def test_the_page_needs_nothing_from_elsewhere() -> None:
    html = render_feedback(result(cell("test_f", "f", "incorrect", evidence=PUBLIC, message="m")))
    for reference in ("http://", "https://", "url(", "@import", "<link", "<script", "{{", "{%"):
        assert reference not in html


# ---------------------------------------------------------------------------------------
# Files
# ---------------------------------------------------------------------------------------


def test_pages_are_written_where_nbgrader_looks_for_them(tmp_path: Path) -> None:
    results = [result(cell("test_f", "f"), student=name) for name in ("ada", "grace hopper")]
    grades = {"ada": {"test_f": ManualGrade(1.0, "A word for Ada.", False)}}
    paths = write_feedback(tmp_path, "01_convolution", iter(results), grades)
    assert paths == [
        tmp_path / "feedback/ada/01_convolution/convolution.html",
        tmp_path / "feedback/grace hopper/01_convolution/convolution.html",
    ]
    assert "A word for Ada." in paths[0].read_text("utf-8")
    assert "A word for Ada." not in paths[1].read_text("utf-8")

    write_feedback(tmp_path, "01_convolution", results[:1])
    assert "A word for Ada." not in paths[0].read_text("utf-8")
    assert [p.name for p in paths[0].parent.iterdir()] == ["convolution.html"]


@pytest.mark.parametrize("name", ["..", "../eve", "a/b", "", "."])
def test_a_name_cannot_lead_out_of_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="cannot be the name of a folder"):
        write_feedback(tmp_path / "course", "01_convolution", [result(student=name)])
    assert not list(tmp_path.rglob("*.html"))


# ---------------------------------------------------------------------------------------
# Pictures
# ---------------------------------------------------------------------------------------

RAMP = np.linspace(0, 1, 96).reshape(8, 12)


@pytest.mark.parametrize(
    ("expected", "yours", "said"),
    [
        (RAMP, RAMP, "They agree: no difference."),
        (RAMP, RAMP + (RAMP > 0.5), "48 of 96 values differ, by up to 1."),
        (RAMP, RAMP[:-1], "The shapes differ: (8, 12) expected, yours is (7, 12)."),
        (np.zeros((8, 8)), np.zeros((8, 8)), "They agree: no difference."),
        (
            RAMP,
            np.where(RAMP > 0.5, np.nan, RAMP),
            "48 of 96 values differ; 48 of yours are nan or infinite.",
        ),
        (RAMP, np.full((8, 12), -np.inf), "of yours are nan or infinite."),
        (RAMP, RAMP * 1e300, "values differ"),
        (np.dstack([RAMP] * 3), np.dstack([RAMP] * 3) * np.nan, "288 of yours are nan or infinite."),
        (RAMP > 0.5, RAMP > 0.6, "values differ"),
        (RAMP, RAMP[:0], "The shapes differ"),
        (RAMP[0], RAMP[1], "12 of 12 values differ"),
        (np.zeros((2, 8, 8, 5)), np.ones((2, 8, 8, 5)), "640 of 640 values differ"),
        (RAMP, np.full((8, 12), "x"), "Yours does not hold numbers."),
        (RAMP, RAMP * 1j, "values differ"),
    ],
)
def test_a_picture_copes_with_every_result(expected: np.ndarray, yours: np.ndarray, said: str) -> None:
    picture = image_result(**keep_picture("Edges", expected, yours))
    alt = alt_text(picture)
    assert alt.startswith("Edges: the expected image, yours and their difference")
    assert alt.endswith(said) or said in alt
    assert safe_png(draw(picture)) is not None


def test_large_arrays_are_thinned_and_unequal_ones_stay_unequal() -> None:
    from autograder.pictures import LONGEST_SIDE, _thinned

    small, other = _thinned(np.zeros((3000, 2000)), np.zeros((2999, 2000)))
    assert max(small.shape) <= LONGEST_SIDE
    assert small.shape != other.shape
    picture = image_result(**keep_picture("Large", np.zeros((3000, 2000)), np.zeros((2999, 2000))))
    assert len(draw(picture)) < 200_000


# ---------------------------------------------------------------------------------------
# Words
# ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (2.0, "2"),
        (1.5, "1.5"),
        (0.1 + 0.2, "0.3"),
        (10.0, "10"),
        (-0.001, "0"),
        (0.0, "0"),
        (float("nan"), "–"),
    ],
)
def test_points_are_short(value: float, words: str) -> None:
    assert points(value) == words


def test_assignments_are_named_in_words() -> None:
    assert assignment_words("01_convolution") == ("Assignment 1", "Convolution")
    assert assignment_words("03_keras_cnn") == ("Assignment 3", "Keras CNN")
    assert assignment_words("resit") == ("Assignment", "Resit")


def test_sentences_begin_with_a_capital_but_names_stay_as_they_are() -> None:
    assert as_sentence("the kernel is flipped.") == "The kernel is flipped."
    assert as_sentence("convolve2D still raises") == "convolve2D still raises"
    assert as_sentence("output_size is wrong") == "output_size is wrong"
    assert as_sentence("double is wrong", {"double"}) == "double is wrong"


def test_the_first_sentence_is_cut_out() -> None:
    assert first_sentence("Take np.zeros. Then fill it.") == "Take np.zeros."
    assert first_sentence("one\n two  three") == "one two three"
    assert first_sentence(None) == ""
    assert len(first_sentence("word " * 100)) < 190
