# ruff: noqa
# family: lies
# tries: an object whose __array__ ends the process or never ends
# outcome: test_double=crashed test_double_input=crashed

# %% double
import os


class Trap:
    def __array__(self, *a, **k):
        os._exit(0)


def double(x):
    return Trap()
