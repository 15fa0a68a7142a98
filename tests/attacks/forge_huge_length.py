# ruff: noqa
# family: channel
# tries: to claim an answer of a terabyte
# outcome: test_double=crashed test_double_input=crashed
# prelude: channel

# %% double
def double(x):
    channel().sock.sendall(head(1 << 40, nonce()) + b"x" * 1000)
    time.sleep(60)
