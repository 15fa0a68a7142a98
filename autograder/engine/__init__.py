"""The engine: run a submission in one process, judge it in another, and say what came out."""
