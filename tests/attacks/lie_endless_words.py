# ruff: noqa
# family: lies
# tries: an array of ten axes, which it would take hours to say in words
# outcome: test_double=incorrect test_double_input=incorrect

# %% double
def double(x):
    return [np.zeros((6,) * 10, np.int8), None]
