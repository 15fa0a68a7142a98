# ruff: noqa
# family: errors
# tries: to pass for a stub by raising its error, of a subclass too
# outcome: test_double=not attempted test_double_input=not attempted

# %% double
class Later(NotImplementedError):
    pass


def double(x):
    raise Later("correct")
