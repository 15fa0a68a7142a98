# ruff: noqa
# family: exits
# tries: to go on in two processes that both answer
# outcome: test_triple=incorrect|crashed

# %% triple
import os


def triple(x):
    return 11 if os.fork() else 13
