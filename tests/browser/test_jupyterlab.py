"""What a student does and sees in JupyterLab: answer an exercise, run its check, press Validate."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Locator, Page, expect

ROOT = Path(__file__).resolve().parents[2]

RELEASED = sorted(path.name for path in (ROOT / "release").glob("[0-9][0-9]_*"))
PLACEHOLDER = "answer here"
START = "00_start"
VALIDATES_WITHIN = 300_000  # milliseconds


def place(lab, name: str, folder: str) -> Path:
    """Give a test a copy of its own of a released notebook; the path of the copy."""
    copy = lab.folder / folder / f"{name[3:]}.ipynb"
    copy.parent.mkdir(exist_ok=True)
    shutil.copyfile(ROOT / "release" / name / copy.name, copy)
    return copy


def open_notebook(page: Page, lab, notebook: Path) -> None:
    """Open a notebook in a fresh workspace and wait until it is there, kernel included."""
    page.goto(lab.page_of(notebook.relative_to(lab.folder)))
    expect(page.locator(".jp-Notebook .jp-Cell").first).to_be_visible()
    expect(page.get_by_text("Python 3").last).to_be_visible()


def cell_with(page: Page, text: str) -> Locator:
    """The first code cell whose source contains a text."""
    return page.locator(".jp-CodeCell", has=page.locator(".cm-content", has_text=text)).first


def run(page: Page, cell: Locator) -> None:
    """Click into a cell, press Shift+Enter and wait until it has run."""
    cell.locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")
    expect(cell.locator(".jp-InputPrompt").first).to_have_text(re.compile(r"\[\d+\]:"))


def validate(page: Page) -> str:
    """Press nbgrader's button; the text of its dialog."""
    page.get_by_role("button", name="Validate", exact=True).click()
    dialog = page.get_by_role("dialog").filter(has_text="Validation Results")
    expect(dialog).to_be_visible(timeout=VALIDATES_WITHIN)
    return dialog.inner_text()


def solve(page: Page, exercise: str, line: str, instead_of: str = "raise NotImplementedError") -> Locator:
    """Write over the stub's line, as a student does; the exercise's cell."""
    cell = cell_with(page, f"def {exercise}(")
    stub = cell.locator(".cm-line", has_text=instead_of)
    stub.click()
    page.keyboard.press("End")
    page.keyboard.press("Shift+Home")
    page.keyboard.type(line)
    expect(stub).to_have_count(0)
    return cell


def answer(page: Page, words: str) -> None:
    """Write into the notebook's cell for an answer in words."""
    cell = page.locator(".jp-MarkdownCell", has_text=PLACEHOLDER)
    cell.locator(".jp-MarkdownOutput").dblclick()
    cell.locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(words)
    page.keyboard.press("Shift+Enter")
    expect(page.locator(".jp-MarkdownOutput", has_text=words)).to_be_visible()


def test_a_fresh_notebook_fails_validation_and_says_where(page, lab):
    open_notebook(page, lab, place(lab, START, "fresh"))
    told = validate(page)
    assert told.count("The following cell failed") == 3  # two checks and the answer in words
    assert told.count("not attempted yet") == 2
    assert "You did not provide a response" in told


def test_a_student_answers_checks_and_validates(page, lab, tmp_path):
    notebook = place(lab, START, "answered")
    open_notebook(page, lab, notebook)
    check = cell_with(page, "check.scale_pixels_values(")

    exercise = solve(page, "scale_pixels", "return image // 255")
    run(page, exercise)
    run(page, check)
    expect(check.locator(".jp-OutputArea")).to_contain_text("cut off to a whole number")
    page.screenshot(path=tmp_path / "wrong.png")

    exercise = solve(page, "scale_pixels", "return image / 255", instead_of="return image // 255")
    run(page, exercise)
    for check in page.locator(".jp-CodeCell", has_text="from course.checks import").all():
        run(page, check)
        expect(check.locator(".jp-OutputArea")).to_contain_text("public checks passed")
        expect(check.locator(".jp-OutputArea")).not_to_contain_text("Error")
    page.screenshot(path=tmp_path / "right.png")

    answer(page, "With one divisor, equal numbers mean equal brightness. A black picture divides by 0.")
    assert "Success" in validate(page)
    page.screenshot(path=tmp_path / "validated.png")

    saved = nbformat.read(notebook, as_version=4)
    assert any("equal brightness" in cell.source for cell in saved.cells)


@pytest.mark.parametrize("name", RELEASED)
def test_a_solved_notebook_passes_validation(page, lab, name):
    """The students' notebook with the model answers in it, and nothing hidden at hand.

    Without its illustrations: nbval runs them, and nothing graded needs them.
    """
    notebook = place(lab, name, "solved")
    solved = nbformat.read(notebook, as_version=4)
    source = nbformat.read(ROOT / "source" / name / notebook.name, as_version=4)
    answers = {cell.id: cell.source for cell in source.cells}
    solved.cells = [cell for cell in solved.cells if "illustration" not in cell.metadata.get("tags", [])]
    for cell in solved.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = answers[cell.id]
    nbformat.write(solved, notebook)

    open_notebook(page, lab, notebook)
    assert "Success" in validate(page)
