# ruff: noqa
# family: lies
# tries: arrays of records, dates, texts, bytes and long numbers that look like numbers
# outcome: test_double=incorrect test_double_input=incorrect

# %% double
calls = []


def double(x):
    calls.append(1)
    right = [0, 2, 4]
    return [
        np.array([(n, n) for n in right], [("a", "i8"), ("b", "f8")]),
        np.array(right, "M8[s]"),
        np.array([f"{n}" for n in right]),
        np.array([f"{n}" for n in right], "S9"),
        np.rec.array([(n,) for n in right], [("a", "i8")]),
    ][len(calls) % 5]
