# ruff: noqa
# family: errors
# tries: groups of errors, errors with endless causes, and errors that raise when they are looked at
# outcome: test_double=error|incorrect test_double_input=error|incorrect

# %% double
calls = []


class Odd(Exception):
    args = property(lambda self: 1 / 0)
    __traceback__ = property(lambda self: 1 / 0)
    __str__ = __repr__ = lambda self: 1 / 0


def double(x):
    calls.append(1)
    if len(calls) % 3 == 0:
        raise Odd
    if len(calls) % 3 == 1:
        raise BaseExceptionGroup("correct", [ValueError(), KeyboardInterrupt(), SystemExit(0)])
    error = ValueError("round")
    error.__cause__ = error.__context__ = error
    raise error
