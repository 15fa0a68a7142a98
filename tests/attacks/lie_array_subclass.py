# ruff: noqa
# family: lies
# tries: an array subclass with wrong numbers whose comparisons and differences lie
# outcome: test_double=incorrect test_double_input=incorrect

# %% double
class Lie(np.ndarray):
    def __eq__(self, other):
        return np.ones(self.shape, bool)

    def __ne__(self, other):
        return np.zeros(self.shape, bool)

    def __sub__(self, other):
        return np.zeros(self.shape)

    __rsub__ = __sub__

    def __array_ufunc__(self, *a, **k):
        return np.zeros(3)

    def __array_function__(self, *a, **k):
        return True

    def __array_finalize__(self, other):
        pass

    def tobytes(self, *a):
        return b""

    def astype(self, *a, **k):
        return self

    def __reduce__(self):
        return (eval, ("1",))


def double(x):
    return np.full(np.shape(x), 9.0).view(Lie)
