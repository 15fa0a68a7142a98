"""Outputs of a student's cell, as far as they may be shown to anybody: text and PNG pictures.

They come from the student's process, so nothing about their form is taken on trust, and HTML
and scripts are dropped for the plain text that comes beside them.
"""

from __future__ import annotations

import base64
import binascii
import re
import sysconfig
from pathlib import Path
from typing import Any

MAX_OUTPUTS = 1000
_ADDRESS = re.compile(r" at 0x[0-9a-f]{6,16}\b", re.IGNORECASE)
_HERE = {*map(sysconfig.get_path, ("purelib", "platlib", "stdlib")), str(Path(__file__).resolve().parents[2])}
_PLACES = re.compile("|".join(re.escape(place) for place in sorted(_HERE, key=len, reverse=True)))
_PNG = b"\x89PNG\r\n\x1a\n"


def clean_outputs(claimed: Any) -> list[dict[str, Any]]:
    """Outputs in nbformat's form; what has another form is left out."""
    if type(claimed) is not list:
        return []
    cleaned = (_clean(output) for output in claimed[:MAX_OUTPUTS] if type(output) is dict)
    return [output for output in cleaned if output is not None]


def _clean(output: dict[str, Any]) -> dict[str, Any] | None:
    kind = output.get("output_type")
    if kind == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return {"output_type": "stream", "name": name, "text": _text(output.get("text"))}
    if kind == "error":
        trace = output.get("traceback")
        return {
            "output_type": "error",
            "ename": _text(output.get("ename"))[:200],
            "evalue": _text(output.get("evalue")),
            "traceback": [_text(line) for line in trace[:100]] if type(trace) is list else [],
        }
    if kind not in ("display_data", "execute_result") or type(output.get("data")) is not dict:
        return None
    data = {}
    if "text/plain" in output["data"]:
        data["text/plain"] = _text(output["data"]["text/plain"])
    if _is_png(output["data"].get("image/png")):
        data["image/png"] = output["data"]["image/png"]
    if not data:
        return None
    cleaned = {"output_type": kind, "data": data, "metadata": {}}
    if kind == "execute_result":
        cleaned["execution_count"] = None
    return cleaned


def _text(value: Any) -> str:
    if type(value) is not str:
        return ""
    # A lone surrogate cannot be written to a file.
    text = value.encode("utf-8", "replace").decode()
    # Where an object lies in memory, or a library on this machine, tells nobody anything, and differs.
    return _PLACES.sub("…", _ADDRESS.sub(" at 0x…", text))


def _is_png(value: Any) -> bool:
    if type(value) is not str:
        return False
    try:
        return base64.b64decode(value.replace("\n", ""), validate=True).startswith(_PNG)
    except (binascii.Error, ValueError):
        return False
