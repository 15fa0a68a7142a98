# ruff: noqa
# family: waiting
# tries: to stop itself by a signal that cannot be caught, and to sleep deaf to all others
# outcome: test_double=timed out|crashed|incorrect test_double_input=timed out|crashed|incorrect

# %% double
import os, signal, time


def double(x):
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
    os.kill(os.getpid(), signal.SIGSTOP)
    while True:
        time.sleep(600)
