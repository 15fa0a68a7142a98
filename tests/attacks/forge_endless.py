# ruff: noqa
# family: channel
# tries: to claim a long answer, send it byte by byte, and fill memory meanwhile
# outcome: test_triple=out of memory|timed out
# prelude: channel

# %% triple
def triple(x):
    sock = channel().sock
    sock.sendall(head(200 << 20, nonce()))
    if os.fork() == 0:
        while True:
            sock.sendall(b"x")
            time.sleep(0.02)
    # No more than this: a test must not fill the machine.
    kept = [bytearray(os.urandom(1 << 20)) * 50 for _ in range(14)]
    time.sleep(60)
