# ruff: noqa
# family: channel
# tries: to send text where frames are wanted
# outcome: test_double=crashed test_double_input=crashed
# prelude: channel

# %% double
def double(x):
    channel().sock.sendall(b'{"outcome": "correct", "score": 2.0}\n' * 20)
    time.sleep(60)
