"""What a piece of code imports and what it takes for granted, as far as its text says."""

from __future__ import annotations

import ast
import builtins


def imported_modules(source: str) -> list[str]:
    """Names of modules that import statements name, in order; ``from a import b`` may mean ``a.b``, too.

    Text that is no Python (magics) imports nothing that is known here.
    """
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return []
    names: dict[str, None] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= dict.fromkeys(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names[node.module] = None
            names |= dict.fromkeys(f"{node.module}.{alias.name}" for alias in node.names)
    return list(names)


def names_from_student(source: str) -> list[str]:
    """The names that a test cell uses and does not define: the student's."""
    tree = ast.parse(source)
    loaded, bound = set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            (loaded if isinstance(node.ctx, ast.Load) else bound).add(node.id)
        elif isinstance(node, ast.alias):
            bound.add((node.asname or node.name).split(".")[0])
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            bound.add(node.name)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            bound.add(node.name)
    return sorted(name for name in loaded - bound if not hasattr(builtins, name))
