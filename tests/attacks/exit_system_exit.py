# ruff: noqa
# family: exits
# tries: to leave with status 0 in the middle of a call
# outcome: test_double=error test_double_input=error

# %% double
import sys


def double(x):
    sys.exit(0)
