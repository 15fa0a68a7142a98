"""The look at the environment: each line says OK or FAIL, and a FAIL says what to do."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from course import __version__, environment

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def line(what: str) -> environment.Line:
    return next(line for line in environment.report() if line.what == what)


def test_the_table_is_what_pyproject_declares():
    assert [name + wanted for name, wanted in environment.PACKAGES.items()] == PROJECT["dependencies"]
    assert PROJECT["requires-python"] == environment.PYTHON
    assert PROJECT["name"] == environment.DISTRIBUTION
    assert PROJECT["version"] == __version__


def test_this_environment_is_ready(capsys):
    environment.check()
    printed = capsys.readouterr().out
    assert "FAIL" not in printed
    assert printed.count("OK ") == len(environment.report())
    assert printed.endswith("Everything is ready.\n")


def test_nothing_heavy_is_imported():
    code = "import sys; from course.environment import check; check(); assert 'tensorflow' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


@pytest.mark.parametrize(
    ("version", "wanted", "fits"),
    [
        ("2.18", ">=2.18", True),
        ("2.17.9", ">=2.18", False),
        ("2.9", ">=2.18", False),
        ("3.0.0rc1", ">=2.18", True),
        ("5.0.0", ">=4.2,<5", False),
        ("4.10", ">=4.2,<5", True),
        ("0.10", ">=0.9.5,<0.10", False),
        ("2.21.0+cpu", ">=2.18", True),
    ],
)
def test_versions_compare_as_numbers(version, wanted, fits):
    assert environment.satisfies(version, wanted) is fits


def test_a_package_missing_or_too_old_fails_with_the_command(monkeypatch, capsys):
    monkeypatch.setattr(environment, "PACKAGES", {"numpy": ">=99", "no-such-package": ">=1"})
    environment.check()
    printed = capsys.readouterr().out
    assert "FAIL  numpy" in printed
    assert "FAIL  no-such-package not installed" in printed
    assert printed.count("python -m pip install -r requirements.txt") == 2
    assert "2 of 6 lines say FAIL" in printed


def test_a_build_under_another_name_serves(monkeypatch):
    monkeypatch.setattr(environment, "PACKAGES", {"no-such-package": ">=1"})
    monkeypatch.setattr(environment, "_ALSO_KNOWN_AS", {"no-such-package": ("numpy",)})
    assert line("no-such-package").ok


def test_another_backend_fails_and_says_where_it_is_set(monkeypatch, tmp_path):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    assert line("Keras backend").ok

    (tmp_path / "keras.json").write_text('{"backend": "jax"}')
    assert not line("Keras backend").ok
    assert "keras.json" in line("Keras backend").todo

    monkeypatch.setenv("KERAS_BACKEND", "tensorflow")
    assert line("Keras backend").ok


def test_an_older_package_than_the_notebooks_fails(monkeypatch, tmp_path):
    (tmp_path / "01_convolution").mkdir()
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "convnet-course"\nversion = "9.1.0"\n')
    monkeypatch.chdir(tmp_path / "01_convolution")
    assert not line("course").ok
    assert "9.1.0" in line("course").todo

    (tmp_path / "pyproject.toml").write_text('[project]\nname = "something-else"\nversion = "9.1.0"\n')
    assert line("course").ok


def test_too_little_memory_fails(monkeypatch):
    monkeypatch.setattr(environment, "MEMORY", 1e6)
    assert not line("free memory").ok
    assert "close other programs" in line("free memory").todo
