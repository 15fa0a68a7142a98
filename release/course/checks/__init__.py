"""Public checks: a module an assignment, called from the notebooks' test cells."""
