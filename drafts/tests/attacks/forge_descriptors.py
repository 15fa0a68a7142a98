# ruff: noqa
# family: channel
# tries: to send open files along with its answer, until the grader can open no more
# outcome: test_double=incorrect|crashed|error test_double_input=incorrect|crashed|error
# prelude: channel

# %% double
def double(x):
    import array, socket

    body = pack({"status": "value", "value": np.zeros(np.shape(x))})
    whole = head(len(body), nonce()) + body
    some = array.array("i", [os.open("/dev/null", os.O_RDONLY) for _ in range(250)])
    for at in range(len(whole)):
        channel().sock.sendmsg([whole[at : at + 1]], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, some)])
    channel().send = lambda *a, **k: channel().__dict__.pop("send")
