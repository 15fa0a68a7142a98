"""Grade the same submissions with this grader, with others, and bare, and compare: `python -m tools.bench`."""
