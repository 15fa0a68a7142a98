# ruff: noqa
# family: pages
# tries: scripts in every kind of output
# outcome: test_triple=error

# %% first
from IPython.display import HTML, SVG, Javascript, Latex, Markdown, display

bad = "<script>alert(1)</script><img src=x onerror=alert(1)>"
print(bad)
display(HTML(bad), Javascript("alert(1)"), Markdown(bad), Latex(bad))
display({"text/html": bad, "image/svg+xml": f"<svg onload=alert(1)>{bad}</svg>", "text/plain": bad}, raw=True)
display({"image/png": "PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==", "text/plain": bad}, raw=True)
display({bad: bad}, raw=True, metadata={bad: bad})
# %% first
raise type("<script>alert(1)</script>", (Exception,), {})("</pre></body><script>alert(2)</script>")


# %% triple
def triple(x):
    raise type("<script>alert(1)</script>", (ValueError,), {})("<script>alert(3)</script> `<script>`")
