# ruff: noqa
# family: bombs
# tries: to hold memory in the tables of a mapping that is only read, and never resident
# outcome: test_double=incorrect|out of memory|error|timed out test_double_input=incorrect|out of memory|error|timed out

# %% double
import mmap, time


def double(x):
    held = mmap.mmap(-1, 1 << 38, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x4000, prot=mmap.PROT_READ)
    for at in range(0, 1 << 38, 2 << 20):
        held[at]
    time.sleep(0.5)
    return np.zeros(np.shape(x))
