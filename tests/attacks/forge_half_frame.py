# ruff: noqa
# family: channel
# tries: to send half a frame and end
# outcome: test_double=crashed test_double_input=crashed
# prelude: channel

# %% double
def double(x):
    channel().sock.sendall(head(100, nonce())[:11])
    os._exit(0)
