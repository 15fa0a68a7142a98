# ruff: noqa
# family: models
# tries: a data set of which no pass came, so that a loop over its passes judges nothing
# outcome: test_batches=error|incorrect

# %% batches
import sys


def batches():
    return sys.modules["autograder.engine.codec"].Batches([], False)
