# ruff: noqa
# family: errors
# tries: an error whose text ends the interpreter
# outcome: test_double=error|crashed test_double_input=error|crashed

# %% double
class Bomb(ValueError):
    def __str__(self):
        raise SystemExit(0)


def double(x):
    raise Bomb
