"""Which modules a piece of code imports, as far as its text says."""

from __future__ import annotations

import ast


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
