"""URIs of files as editors write them, and the paths that they stand for."""

from __future__ import annotations

import os
import re
from urllib.parse import quote, unquote

_DRIVE = re.compile(r"/[A-Za-z]:(?:/|\Z)")


def path_of(uri: str, *, is_windows: bool = os.name == "nt") -> str | None:
    """The path of a file; None for what is not a file on this machine, such as `untitled:` or a file in a browser."""
    scheme, _, rest = uri.partition(":")
    if scheme.lower() != "file" or not rest.startswith("//"):
        return None
    host, slash, path = re.split("[?#]", rest[2:])[0].partition("/")
    path = unquote(slash + path, errors="surrogateescape")
    if not path or "\0" in path:
        return None
    if host.lower() in ("", "localhost"):
        if not is_windows:
            return path
        return path[1:].replace("/", "\\") if _DRIVE.match(path) else None
    return f"\\\\{unquote(host)}{path}".replace("/", "\\") if is_windows else None


def uri_of(path: str, *, is_windows: bool = os.name == "nt") -> str:
    """The URI of an absolute path."""
    if is_windows:
        path = path.replace("\\", "/")
        if path.startswith("//"):
            host, _, path = path[2:].partition("/")
            return f"file://{quote(host)}/{quote(path)}"
        # Editors write the colon of a drive as it is, or as %3A; both mean the same file.
        return f"file:///{quote(path, safe='/:')}"
    return f"file://{quote(os.fsencode(path), safe='/')}"
