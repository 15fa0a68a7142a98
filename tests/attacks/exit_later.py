# ruff: noqa
# family: exits
# tries: to answer wrongly and to end the process with status 0 a little later
# outcome: test_triple=incorrect|crashed

# %% triple
import os, threading, time


def triple(x):
    threading.Thread(target=lambda: (time.sleep(0.1), os._exit(0))).start()
    return 11
