# ruff: noqa
# family: lies
# tries: an object that is equal to everything and says yes to every question
# outcome: test_double=incorrect test_double_input=incorrect

# %% double
class Yes:
    def __getattr__(self, name):
        if name.startswith("__array"):
            raise AttributeError(name)
        return lambda *a, **k: True

    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    def __le__(self, other):
        return True

    def __bool__(self):
        return True

    def __sub__(self, other):
        return 0

    def __abs__(self):
        return 0

    def __len__(self):
        return 3

    def __getitem__(self, index):
        return self

    def __iter__(self):
        return iter([self, self, self])

    def __float__(self):
        return 0.0

    def __hash__(self):
        return 0


def double(x):
    return Yes()
