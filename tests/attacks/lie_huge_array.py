# ruff: noqa
# family: lies
# tries: an array that is larger than any memory and costs nothing to make
# outcome: test_triple=incorrect|error

# %% triple
def triple(x):
    return np.broadcast_to(np.float64(12), (1 << 49,))
