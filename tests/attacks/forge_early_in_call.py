# ruff: noqa
# family: channel
# tries: to leave answers in the channel for the calls that will come
# outcome: test_double=incorrect test_double_input=crashed
# prelude: channel

# %% double
def double(x):
    send(pack({"status": "value", "value": [1, 1, 1]}))
    for _ in range(50):
        send(pack({"status": "value", "value": [0, 2, 4]}), number=os.urandom(16))
    return [0, 2, 4]
