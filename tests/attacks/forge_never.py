# ruff: noqa
# family: channel
# tries: to answer never, and to pass the interrupt over
# outcome: test_triple=timed out
# prelude: channel

# %% triple
def triple(x):
    channel().send = lambda *a, **k: None
    return 12
