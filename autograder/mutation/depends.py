"""What a check is made of: the functions, constants and inputs that it reaches, as one hash.

While an author works on one check, the others are not run again.
"""

from __future__ import annotations

import ast
import contextlib
import hashlib
import sys
from collections.abc import Iterable
from functools import cache
from importlib import metadata
from pathlib import Path

from autograder.assignment import Assignment
from autograder.digest import ROOT
from autograder.imports import imported_modules

__all__ = ["digest", "engine"]

_ENGINE = (
    "autograder/assignment.py",
    "autograder/pictures.py",
    "autograder/submission.py",
    "autograder/engine/*.py",
    "autograder/checks/__init__.py",
)
_DRAWS = ("course.figures",)
"""What only draws: no verdict depends on it."""
_PACKAGES = ("ipython", "keras", "matplotlib", "numpy", "scikit-learn", "scipy", "tensorflow")


def engine(task: Assignment, root: Path = ROOT) -> str:
    """Hash of what judges an assignment besides its checks: the engine, and what of the course its cells reach.

    Narrower than `autograder.digest.engine_digest`, which must never keep a student's result too long: a new
    figure in the course is no reason to try the checks of all assignments again.
    """
    hashed = hashlib.sha256(sys.version.encode())
    for package in _PACKAGES:
        with contextlib.suppress(metadata.PackageNotFoundError):
            hashed.update(f"{package} {metadata.version(package)}\0".encode())
    paths = {path for pattern in _ENGINE for path in root.glob(pattern)}
    sources = [
        cell.source + "\n" + cell.hidden for cell in task.cells if cell.kind in ("code", "solution", "test")
    ]
    while sources:
        for module in imported_modules(sources.pop()):
            whole = root / module.replace(".", "/")
            for path in (whole.with_suffix(".py"), whole / "__init__.py"):
                # What of the checks matters is hashed check by check.
                ours = module.startswith(("course.", "autograder.checks.")) and module not in _DRAWS
                if ours and path.is_file() and path not in paths:
                    sources.append(path.read_text("utf-8"))
                    paths.add(path)
    for path in sorted(path for path in paths if path.parent.name != "checks" or path.stem == "__init__"):
        hashed.update(f"{path.relative_to(root)}\0".encode() + path.read_bytes())
    return hashed.hexdigest()


def digest(sources: Iterable[str], root: Path = ROOT) -> str:
    """Hash of test cells and of all that they reach in the modules of the checks.

    Parameters
    ----------
    sources : iterable of str
        Test cells with their hidden regions.
    root : Path
        The folder that holds ``course`` and ``autograder``.
    """
    hashed = hashlib.sha256()
    wanted: list[tuple[Path, str]] = []
    for source in sources:
        hashed.update(f"{source}\0".encode())
        wanted += _reached(ast.parse(source), _imports(ast.parse(source), root))
    seen: set[tuple[Path, str]] = set()
    texts: set[str] = set()
    while wanted:
        path, name = wanted.pop()
        if (path, name) in seen:
            continue
        seen.add((path, name))
        module = _module(path, root)
        statements = module.names if name == "*" else {name: module.names.get(name, [])}
        for bound in statements.values():
            for statement in bound:
                texts.add(f"{path.name} {ast.unparse(statement)}")
                wanted += _reached(statement, module.imports)
                wanted += [(path, n.id) for n in ast.walk(statement) if isinstance(n, ast.Name)]
        if name in module.imports:
            target, attribute = module.imports[name]
            wanted.append((target, attribute or "*"))
    for text in sorted(texts):
        hashed.update(f"{text}\0".encode())
    return hashed.hexdigest()


class _Module:
    """A module's own names, and those that it takes from other modules of checks."""

    def __init__(self, path: Path, root: Path):
        tree = ast.parse(path.read_text("utf-8"))
        self.imports = _imports(tree, root)
        self.names: dict[str, list[ast.stmt]] = {}
        for statement in tree.body:
            if isinstance(statement, (ast.Import, ast.ImportFrom)):
                continue
            if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
                names = {statement.name}
            else:
                names = {
                    n.id
                    for n in ast.walk(statement)
                    if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
                }
            for name in names:
                self.names.setdefault(name, []).append(statement)


def _module(path: Path, root: Path) -> _Module:
    return _read(path, path.stat().st_mtime_ns, root)


@cache
def _read(path: Path, changed: int, root: Path) -> _Module:
    return _Module(path, root)


def _imports(tree: ast.AST, root: Path) -> dict[str, tuple[Path, str]]:
    """Where names come from that are imported from checks: the file, and the name there (none: all of it)."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                bound = alias.asname or alias.name
                whole = _file(f"{node.module}.{alias.name}", root)
                part = _file(node.module, root)
                if whole is not None:
                    found[bound] = (whole, "")
                elif part is not None:
                    found[bound] = (part, alias.name)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                whole = _file(alias.name, root)
                if whole is not None and alias.asname:
                    found[alias.asname] = (whole, "")
    return found


def _file(module: str, root: Path) -> Path | None:
    path = root / (module.replace(".", "/") + ".py")
    return path if ".checks." in module and path.is_file() else None


def _reached(node: ast.AST, imports: dict[str, tuple[Path, str]]) -> list[tuple[Path, str]]:
    """What a piece of code takes from other modules of checks."""
    found: list[tuple[Path, str]] = []
    named = {n.value for n in ast.walk(node) if isinstance(n, ast.Attribute)}
    for child in ast.walk(node):
        if (
            isinstance(child, ast.Attribute)
            and isinstance(child.value, ast.Name)
            and child.value.id in imports
        ):
            path, attribute = imports[child.value.id]
            found.append((path, attribute or child.attr))
        elif isinstance(child, ast.Name) and child.id in imports and child not in named:
            path, attribute = imports[child.id]
            found.append((path, attribute or "*"))
    return found
