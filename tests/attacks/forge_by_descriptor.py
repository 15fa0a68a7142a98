# ruff: noqa
# family: channel
# tries: to find the channel among its descriptors, answer there and close it
# outcome: test_triple=incorrect|crashed
# prelude: channel

# %% triple
import stat


def triple(x):
    number = nonce()
    for descriptor in range(3, 50):
        try:
            if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                body = pack({"status": "value", "value": 13, "outcome": "correct"})
                os.write(descriptor, head(len(body), number) + body)
                os.close(descriptor)
        except OSError:
            pass
    os._exit(0)
