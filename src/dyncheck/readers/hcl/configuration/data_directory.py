"""What `terraform init` and `terraform get` leave in `.terraform`: downloaded modules, and the selected workspace.

Source: https://github.com/hashicorp/terraform/blob/main/internal/modsdir/manifest.go
"""

from __future__ import annotations

import os
import re
from typing import Any

from dyncheck.errors import InputError
from dyncheck.readers.hcl.configuration.files import is_inside, read_bytes
from dyncheck.readers.hcl.configuration.inputs import as_unicode

_REGISTRIES = ("registry.terraform.io", "registry.opentofu.org")
_IN_REGISTRY = re.compile(r"[\w-]+/[\w-]+/[\w-]+(?://.*)?\Z")


def workspace(root: str) -> str:
    """The name of the selected workspace."""
    selected = as_unicode(os.environ.get("TF_WORKSPACE", ""))
    if not selected:
        try:
            selected = _read(root, "environment").decode().strip()
        except (InputError, UnicodeError):
            selected = ""
    return selected or "default"


def installed(call: tuple[str, ...], source: str, root: str) -> str | None:
    """Where the module of a call was downloaded to; None when it was not, or another source was since.

    `call` are the names of the calls that lead to it, `root` is the directory of the root module.
    """
    entry = _manifest(root).get(".".join(call))
    if entry is None or not isinstance(entry.get("Dir"), str) or not _is_same(source, entry.get("Source")):
        return None
    try:
        directory = os.path.realpath(os.path.join(root, entry["Dir"]))
    except ValueError:
        return None
    inside = is_inside(directory, os.path.realpath(_path(root)))
    return directory if inside and os.path.isdir(directory) else None


def _path(root: str) -> str:
    return os.path.join(root, os.environ.get("TF_DATA_DIR") or ".terraform")


def _read(root: str, *names: str) -> bytes:
    """A file of the data directory. Raises `InputError` when it cannot be read.

    So it does when a link leads out of the root module: whoever writes the tree must not choose what else is read and quoted.
    TF_DATA_DIR is not theirs to set.
    """
    data = _path(root)
    path = os.path.join(data, *names)
    home = data if os.environ.get("TF_DATA_DIR") else root
    if not is_inside(os.path.realpath(path), os.path.realpath(home)):
        raise InputError(f"{path} is a link that leads out of the root module.")
    return read_bytes(path)


def _manifest(root: str) -> dict[str, dict[str, Any]]:
    """The entries of the manifest by their keys; none when there is no manifest that could be read."""
    from msgspec import MsgspecError
    from msgspec.json import decode

    try:
        data = _read(root, "modules", "modules.json")
        return {entry["Key"]: entry for entry in decode(data)["Modules"]}
    except (InputError, MsgspecError, LookupError, TypeError, RecursionError, UnicodeError):
        return {}


def _is_same(source: str, recorded: object) -> bool:
    """Whether a module was downloaded from a source. Only registry addresses are recorded in a form that can be compared."""
    if not _IN_REGISTRY.match(source):
        return True
    return recorded in (source, *(f"{registry}/{source}" for registry in _REGISTRIES))
