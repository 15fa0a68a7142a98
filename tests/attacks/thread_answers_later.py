# ruff: noqa
# family: threads
# tries: to send the right answer from a thread a little later
# outcome: test_triple=incorrect
# prelude: channel

# %% triple
import threading


def triple(x):
    body, number = pack({"status": "value", "value": 12}), nonce()
    threading.Timer(0.3, lambda: send(body, number=number)).start()
    return 11
