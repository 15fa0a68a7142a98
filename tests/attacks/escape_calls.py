# ruff: noqa
# family: escape
# tries: system calls that lead out: namespaces, mounts, tracing, keys, rings, programs in the kernel
# outcome: test_double=incorrect test_double_input=incorrect

# %% first
import ctypes, os

libc = ctypes.CDLL(None, use_errno=True)
X86 = [
    101,
    155,
    161,
    165,
    166,
    167,
    175,
    246,
    248,
    250,
    272,
    298,
    300,
    303,
    304,
    308,
    310,
    311,
    312,
    313,
    319,
    321,
    323,
]
BOTH = [
    425,
    426,
    427,
    428,
    429,
    430,
    431,
    432,
    433,
    435,
    438,
    440,
    442,
    447,
    448,
    463,
    500,
    0x40000000 + 5000,
]
for number in BOTH[:-1] + (X86 if os.uname().machine == "x86_64" else []):
    if libc.syscall(ctypes.c_long(number), 0, 0, 0, 0, 0, 0) != -1 or ctypes.get_errno() not in (1, 38):
        print("FOUND", number, ctypes.get_errno())
for flag in (0x20000, 0x10000000, 0x40000000, 0x20000000, 0x8000000, 0x4000000, 0x2000000):
    if libc.syscall(ctypes.c_long(56), ctypes.c_long(flag | 17), 0, 0, 0, 0) >= 0 or ctypes.get_errno() != 1:
        print("FOUND clone", hex(flag))


# %% double
def double(x):
    return np.zeros(np.shape(x))
