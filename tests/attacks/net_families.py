# ruff: noqa
# family: network
# tries: to open a socket of any family and kind
# outcome: test_double=incorrect test_double_input=incorrect

# %% first
import socket

for family in range(46):
    for kind in (1, 2, 3, 5):
        try:
            sock = socket.socket(family, kind, 0)
        except OSError:
            continue
        if family != socket.AF_UNIX:
            print("FOUND", family, kind)
        sock.close()
for line in open("/proc/net/unix").read().splitlines()[1:]:
    name = line.split()[-1]
    if name.startswith(("@", "/")):
        print("FOUND", name)


# %% double
def double(x):
    return np.zeros(np.shape(x))
