# ruff: noqa
# family: lies
# tries: an object whose __array__ and __array_interface__ differ at every look
# outcome: test_double=incorrect test_double_input=incorrect

# %% double
class Shifty:
    looks = 0

    def __array__(self, *a, **k):
        Shifty.looks += 1
        return np.full(3, float(Shifty.looks))

    @property
    def __array_interface__(self):
        return {"shape": (3,), "typestr": "<f8", "data": (0, False), "version": 3}

    def __len__(self):
        return 3

    def __getitem__(self, index):
        return index * 2


def double(x):
    return Shifty()
