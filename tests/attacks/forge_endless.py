# ruff: noqa
# family: channel
# tries: to claim a long answer, send it byte by byte, and fill memory meanwhile
# outcome: test_triple=out of memory
# prelude: channel

# %% triple
import threading, time


def triple(x):
    sock = channel().sock
    sock.sendall(head(200 << 20, nonce()))

    def trickle():
        while True:
            sock.sendall(b"x")
            time.sleep(0.02)

    threading.Thread(target=trickle, daemon=True).start()
    # No more than this: a test must not fill the machine.
    kept = [bytearray(os.urandom(1 << 20)) * 50 for _ in range(14)]
    time.sleep(60)
