# ruff: noqa
# family: escape
# tries: to leave by a system call of another architecture, made by machine code of its own
# outcome: test_double=incorrect|crashed test_double_input=incorrect|crashed

# %% double
import ctypes, mmap


def double(x):
    code = mmap.mmap(-1, 4096, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, prot=7)
    # mov eax, 20 (getpid of 32 bits); int 0x80; ret
    code.write(b"\xb8\x14\x00\x00\x00\xcd\x80\xc3")
    address = ctypes.addressof(ctypes.c_char.from_buffer(code))
    number = ctypes.CFUNCTYPE(ctypes.c_int)(address)()
    print("FOUND", number)
    return np.asarray(number)
