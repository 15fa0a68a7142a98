# ruff: noqa
# family: lies
# tries: a masked array whose wrong numbers are masked, so that they compare as nothing
# outcome: test_double=incorrect test_double_input=incorrect

# %% double
def double(x):
    return np.ma.masked_all(np.shape(x), float) * 0
