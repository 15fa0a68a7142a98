# ruff: noqa
# family: bombs
# tries: to use more memory than there is
# outcome: test_double=out of memory test_double_input=out of memory

# %% double
def double(x):
    held = []
    while True:
        held.append(b"x" * (32 << 20))
