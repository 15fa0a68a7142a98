# ruff: noqa
# family: bombs
# tries: to fill its folder and the shared memory with bytes, and with empty files
# outcome: test_double=incorrect test_double_input=incorrect

# %% first
import os

for folder in (".", "/dev/shm"):
    try:
        with open(f"{folder}/full", "wb") as file:
            for _ in range(1000):
                file.write(bytes(1 << 20))
    except OSError:
        pass
    try:
        for n in range(100_000):
            open(f"{folder}/{n}", "x").close()
    except OSError:
        pass


# %% double
def double(x):
    return np.zeros(np.shape(x))
