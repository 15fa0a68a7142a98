# ruff: noqa
# family: bombs
# tries: to hold memory in a daemon's child while answering
# outcome: test_double=out of memory test_double_input=out of memory

# %% double
import os, time


def double(x):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            held = b"x" * (450 << 20)
            time.sleep(60)
        os._exit(0)
    os.wait()
    time.sleep(1.2)
    return np.zeros(np.shape(x))
