"""The instructors' notebooks run from top to bottom, and say again what they are recorded to say."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((ROOT / "source").glob("*/*.ipynb"))
CHECKED = "nbval-check-output"


def nbval(notebook: Path) -> subprocess.CompletedProcess[str]:
    """Run a notebook by nbval, which compares the output of the cells tagged ``nbval-check-output``.

    It runs in the notebook's folder and leaves files there, so give it a copy.
    """
    copy = nbformat.read(notebook, as_version=4)
    for cell in copy.cells:
        if cell.cell_type == "code" and cell.outputs:
            cell.execution_count = 1  # nbval refuses a recorded output of a cell without a count
    nbformat.write(copy, notebook)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--nbval-lax",
        "--nbval-current-env",
        "--nbval-cell-timeout=300",
    ]
    command += ["-q", "-p", "no:cacheprovider", "--rootdir", str(notebook.parent), str(notebook)]
    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TF_ENABLE_ONEDNN_OPTS": "0",
    }
    environment = {key: value for key, value in environment.items() if not key.startswith("PYTEST_")}
    return subprocess.run(
        command,
        cwd=notebook.parent,
        env=environment,
        capture_output=True,
        text=True,
        timeout=1200,
        check=False,
    )


@pytest.mark.parametrize("source", NOTEBOOKS, ids=lambda path: path.parent.name)
def test_a_solved_notebook_runs_and_its_recorded_output_holds(source, tmp_path):
    notebook = Path(shutil.copy(source, tmp_path))
    cells = [cell for cell in nbformat.read(notebook, as_version=4).cells if cell.cell_type == "code"]
    assert all(cell.outputs for cell in cells if CHECKED in cell.metadata.get("tags", []))

    done = nbval(notebook)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert re.search(rf"\b{len(cells)} passed", done.stdout)


def test_another_output_and_an_error_are_found(tmp_path):
    cells = [new_code_cell(code, metadata={"tags": [CHECKED]}) for code in ("print(6)", "print(6)", "1 / 0")]
    for cell, recorded in zip(cells, ("6\n", "7\n", ""), strict=True):
        cell.outputs = [new_output("stream", text=recorded)]
    nbformat.write(new_notebook(cells=cells), tmp_path / "small.ipynb")
    done = nbval(tmp_path / "small.ipynb")
    assert done.returncode == 1
    assert "2 failed, 1 passed" in done.stdout
