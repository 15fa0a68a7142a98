# ruff: noqa
# family: bombs
# tries: to hold memory in the buffers of sockets and pipes
# outcome: test_double=incorrect test_double_input=incorrect

# %% double
import os, socket


def double(x):
    held = []
    try:
        for _ in range(300):
            pair = socket.socketpair()
            pair[0].setblocking(False)
            held.append(pair)
            while True:
                try:
                    pair[0].send(bytes(65536))
                except BlockingIOError:
                    break
    except OSError:
        pass
    return np.zeros(np.shape(x))
