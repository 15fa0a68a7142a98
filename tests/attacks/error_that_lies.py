# ruff: noqa
# family: errors
# tries: an error that says by __class__ and __str__ that it is another one
# outcome: test_double=error|not attempted|crashed test_double_input=error|not attempted|crashed

# %% double
class Liar(ValueError):
    @property
    def __class__(self):
        return NotImplementedError

    def __str__(self):
        raise RuntimeError("no text")

    __repr__ = __str__


def double(x):
    raise Liar
