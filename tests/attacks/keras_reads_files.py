# ruff: noqa
# family: models
# tries: initialisers, regularisers and names that name files
# outcome: test_build=incorrect|error
# prelude: records

# %% build
def build(classes):
    made = []
    for path in ("/etc/passwd", "../../gradebook.db", "file:///proc/self/environ"):
        loaded = {
            "module": "keras.initializers",
            "class_name": "Constant",
            "config": {"value": path},
            "registered_name": None,
        }
        made.append(
            record(chain(images(), layer("Dense", {"units": 3, "kernel_initializer": loaded, "name": "d"})))
        )
        made.append(record(chain(images(), layer("StringLookup", {"vocabulary": path}))))
        made.append(record(chain(images(), layer("TextVectorization", {"vocabulary": path}))))
        made.append(record(chain(images(), layer("TFSMLayer", {"filepath": path}))))
    return made
