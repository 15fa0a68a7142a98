# ruff: noqa
# family: errors
# tries: StopIteration and GeneratorExit, which end loops silently
# outcome: test_double=error test_double_input=error

# %% double
def double(x):
    raise StopIteration([0, 2, 4]) if x.dtype == int else GeneratorExit
