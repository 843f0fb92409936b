"""Writes a capture as JSON, each call on its own line."""

from __future__ import annotations

from msgspec.json import encode

from dyncheck.readers.capture.document import Capture


def to_text(capture: Capture) -> str:
    """The capture as JSON. The same answers give the same text, but for the time."""
    from msgspec.structs import replace

    before, after = encode(replace(capture, calls=())).decode().split('"calls":[]')
    calls = ",\n".join(encode(call, enc_hook=str).decode() for call in capture.calls)
    return f'{before}"calls":[\n{calls}\n]{after}\n'
