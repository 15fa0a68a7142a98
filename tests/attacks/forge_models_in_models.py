# ruff: noqa
# family: channel
# tries: records of models in each other, deeper than anything that says what they are
# outcome: test_double=incorrect test_double_input=incorrect
# prelude: channel

# %% double
def double(x):
    codec = sys.modules["autograder.engine.codec"]
    value = 1
    for _ in range(3):
        for _ in range(400):
            value = {"a": value}
        value = codec.ModelRecord({"objects": value})
    for _ in range(40):
        value = [value]
    # The codec itself goes only 64 levels deep.
    raise SystemExit if False else answer(value)


def answer(value):
    def packed(item):
        if type(item).__name__ == "ModelRecord":
            return msgpack.ExtType(8, raw(item.content))
        return item

    def raw(item):
        head = b""
        while type(item) in (dict, list):
            head += (
                b"\x81\xa1a"
                if type(item) is dict and "a" in item
                else b"\x81\xa7objects"
                if type(item) is dict
                else b"\x91"
            )
            item = item[0] if type(item) is list else next(iter(item.values()))
        return head + msgpack.packb(packed(item))

    body = b"\x82\xa6status\xa5value\xa5value" + raw(value)
    answer_with(len(body).to_bytes(4, "little") + body)
