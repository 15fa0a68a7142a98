# ruff: noqa
# family: lies
# tries: objects that offer their bytes by other protocols: memoryview, ctypes, array, __dlpack__
# outcome: test_double=incorrect test_double_input=incorrect

# %% double
import array, ctypes

calls = []


class Lender:
    __array_struct__ = property(lambda self: np.array([0.0, 2, 4]).__array_struct__)
    __dlpack__ = lambda self, **k: np.array([0.0, 2, 4]).__dlpack__()
    __dlpack_device__ = lambda self: (1, 0)


def double(x):
    calls.append(1)
    return [memoryview(bytes(24)), (ctypes.c_double * 3)(0, 2, 4), array.array("u", "024"), Lender()][
        len(calls) % 4
    ]
