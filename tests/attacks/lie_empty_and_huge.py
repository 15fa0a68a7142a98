# ruff: noqa
# family: lies
# tries: arrays that hold nothing along one axis and claim hundreds of millions along another
# outcome: test_double=incorrect test_double_input=incorrect

# %% double
calls = []


def double(x):
    calls.append(1)
    return np.empty([(0, 1 << 28), (1 << 28, 0), (0,) * 16, (1 << 20, 0, 1 << 20)][len(calls) % 4])
