# ruff: noqa
# family: signals
# tries: to end, stop and interrupt everybody: the parent, the group, every number
# outcome: test_double=incorrect|crashed|timed out test_double_input=incorrect|crashed|timed out

# %% double
import os, signal


def double(x):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for which in (signal.SIGTERM, signal.SIGINT, signal.SIGSTOP, signal.SIGKILL):
        for target in (os.getppid(), -1, *range(2, 400)):
            try:
                os.kill(target or -1, which)
            except OSError:
                pass
    return np.zeros(np.shape(x))
