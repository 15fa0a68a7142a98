# ruff: noqa
# family: waiting
# tries: a daemon, deaf to signals, that keeps the channel open and answers later
# outcome: test_double=crashed|timed out|incorrect test_double_input=crashed|timed out|incorrect
# prelude: channel

# %% double
def double(x):
    import signal

    number = nonce()
    if os.fork() == 0:
        os.setsid()
        if os.fork():
            os._exit(0)
        for which in range(1, 65):
            try:
                signal.signal(which, signal.SIG_IGN)
            except (OSError, ValueError):
                pass
        time.sleep(1)
        while True:
            send(pack({"status": "value", "value": 2 * np.asarray(x)}), number=number)
            time.sleep(0.2)
    os._exit(0)
