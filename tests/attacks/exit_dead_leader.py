# ruff: noqa
# family: exits
# tries: to end its first thread alone, and hold memory in another that no list of processes shows
# outcome: test_double=incorrect|out of memory|crashed|timed out test_double_input=incorrect|out of memory|crashed|timed out

# %% double
import ctypes, threading, time

held = []


def fill():
    time.sleep(0.3)
    for _ in range(14):
        held.append(b"x" * (64 << 20))
        time.sleep(0.05)
    time.sleep(60)


def double(x):
    threading.Thread(target=fill).start()
    ctypes.CDLL(None).syscall(60 if __import__("platform").machine() == "x86_64" else 93, 0)
