# ruff: noqa
# family: channel
# tries: to shut its end of the channel one way, and go on
# outcome: test_double=incorrect|crashed|timed out test_double_input=incorrect|crashed|timed out
# prelude: channel

# %% double
def double(x):
    import socket

    channel().sock.shutdown(socket.SHUT_RD if np.shape(x) == (3,) else socket.SHUT_WR)
    return np.zeros(np.shape(x))
