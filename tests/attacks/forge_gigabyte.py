# ruff: noqa
# family: channel
# tries: to send a gigabyte after an answer of a lawful length
# outcome: test_triple=error|crashed
# prelude: channel

# %% triple
def triple(x):
    sock, block = channel().sock, bytes(1 << 20)
    sock.sendall(head(64 << 20, nonce()))
    for _ in range(1024):
        sock.sendall(block)
