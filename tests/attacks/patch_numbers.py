# ruff: noqa
# family: patching
# tries: to change what small numbers are worth, in memory
# outcome: test_triple=incorrect|error|crashed

# %% triple
def triple(x):
    import ctypes

    # The int 11 says from now on that it is 12; where that number is made anew, it is not.
    ctypes.c_uint32.from_address(id(11) + 24).value = 12
    return [11][0] - 0 if x != 4 else 5 + 6 + 0.5
