"""What nbgrader loads by name from ``nbgrader_config.py``: named stubs, and pages that are safe to show."""

from __future__ import annotations

import re
from typing import Any

import bleach
from jinja2 import pass_context
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode
from nbgrader.preprocessors import ClearHiddenTests, ClearSolutions, DeduplicateIds
from nbgrader.utils import is_solution
from traitlets import List, Unicode

__all__ = [
    "FOR_GRADERS",
    "DropDuplicateIds",
    "NamedStubs",
    "RedactHiddenTests",
    "clean_html",
    "markdown2html",
]

FOR_GRADERS = "for_graders"
"""Marks a cell of an autograded notebook that students do not get to see."""


class NamedStubs(ClearSolutions):
    """Replace each solution region by one line that raises and names the exercise."""

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], cell_index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Clear one cell.

        Raises
        ------
        RuntimeError
            Where a region is not closed, nested or outside a solution cell, or a code solution
            has none: the stub has to keep the function's name and signature.
        """
        if cell.cell_type == "code" and is_solution(cell):
            grade_id = cell.metadata.nbgrader["grade_id"]
            if self.begin_solution_delimeter not in cell.source:
                raise RuntimeError(f"the solution cell {grade_id} has no {self.begin_solution_delimeter!r}.")
            language = resources["language"]
            self.code_stub = {**self.code_stub, language: f'raise NotImplementedError("{grade_id}")'}
        return super().preprocess_cell(cell, resources, cell_index)


class DropDuplicateIds(DeduplicateIds):
    """Make a copied cell an ordinary one.

    nbgrader leaves empty metadata on it, which its own check then takes for a notebook of an
    old version, and ends the whole class's run.
    """

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], cell_index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Look at one cell."""
        cell, resources = super().preprocess_cell(cell, resources, cell_index)
        if cell.metadata.get("nbgrader") == {}:
            del cell.metadata["nbgrader"]
        return cell, resources


class RedactHiddenTests(ClearHiddenTests):
    """Take what only graders may see out of a graded notebook: rubrics, hidden tests and what these raised.

    A traceback quotes the line that raised, so an error of a cell with a hidden region keeps
    its last line only: the message, which is written for the learner.
    """

    # HTMLExporter configures this on every preprocessor; undeclared, nbgrader warns of it.
    display_data_priority = List(Unicode()).tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Redact a notebook."""
        nb.cells = [cell for cell in nb.cells if not cell.metadata.get(FOR_GRADERS)]
        return super().preprocess(nb, resources)

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], cell_index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Redact one cell."""
        had_hidden_tests = self.begin_test_delimeter in cell.source
        cell, resources = super().preprocess_cell(cell, resources, cell_index)
        if had_hidden_tests:
            for output in cell.get("outputs", []):
                if output.output_type == "error":
                    output.traceback = [f"{output.ename}: {output.evalue}"]
        return cell, resources


# ---------------------------------------------------------------------------------------
# HTML that runs nothing
# ---------------------------------------------------------------------------------------

_SHOWN = (
    "br caption dd del details div dl dt figcaption figure h1 h2 h3 h4 h5 h6 hr img ins p pre s small span "
    "sub summary sup table tbody td tfoot th thead tr u"
)
_TAGS = bleach.sanitizer.ALLOWED_TAGS | set(re.findall(r"\w+", _SHOWN))
_PROTOCOLS = {"http", "https", "mailto", "data"}
_IMAGE = re.compile(r"data:image/(png|jpeg|gif|webp|svg\+xml);base64,|(?![a-z]+:|[/\\])", re.IGNORECASE)
_LINK = re.compile(r"https?:|mailto:|#", re.IGNORECASE)
_PLAIN = {"align", "alt", "colspan", "height", "rowspan", "title", "width"}
# Highlighted code and pandas tables; other names could be those that the formgrader's script looks for.
_CLASSES = re.compile(r"(highlight|hl-\w+|dataframe|[a-z0-9]{1,3})(\s+(highlight|hl-\w+|[a-z0-9]{1,3}))*")


def _allowed(tag: str, name: str, value: str) -> bool:
    if name == "class":
        return bool(_CLASSES.fullmatch(value.strip()))
    if name == "src":
        return tag == "img" and bool(_IMAGE.match(value.strip()))
    if name == "href":
        return tag == "a" and bool(_LINK.match(value.strip()))
    return name in _PLAIN


def clean_html(element: str | bytes) -> str:
    """HTML without scripts, styles, forms, frames and foreign pictures; text, tables and pictures stay."""
    text = element.decode("utf-8", "replace") if isinstance(element, bytes) else str(element)
    return bleach.clean(text, tags=_TAGS, attributes=_allowed, protocols=_PROTOCOLS)


@pass_context
def markdown2html(context: Any, source: str) -> str:
    """Markdown as nbconvert renders it (with maths and attached pictures), cleaned."""
    attachments = context.get("cell", {}).get("attachments", {})
    rendered = MarkdownWithMath(renderer=IPythonRenderer(escape=False, attachments=attachments)).render(
        source
    )
    return clean_html(rendered)
