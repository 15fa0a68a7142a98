# ruff: noqa
# family: lies
# tries: millions of small items, which it takes long to say in words
# outcome: test_double=incorrect test_double_input=incorrect

# %% double
def double(x):
    return {"a": [[], {}, (), 2.5, "x"] * 200_000}
