"""The content of `.terraform`: the modules that `terraform get` downloads, and the selected workspace.

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
    try:
        return selected or _read(root, "environment").decode().strip() or "default"
    except (InputError, UnicodeError):
        return "default"


def installed(call: tuple[str, ...], source: str, root: str) -> str | None:
    """The directory of a downloaded module; None when it is not downloaded, or from another source.

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
    """A file of the data directory. Raises `InputError` when it cannot be read, or is a link out of the root module.

    The author of the tree must not choose which other files dyncheck reads and quotes. TF_DATA_DIR is set by the user.
    """
    data = _path(root)
    path = os.path.join(data, *names)
    home = data if os.environ.get("TF_DATA_DIR") else root
    if not is_inside(os.path.realpath(path), os.path.realpath(home)):
        raise InputError(f"{path} is a link to a file outside the root module.")
    return read_bytes(path)


def _manifest(root: str) -> dict[str, dict[str, Any]]:
    """The entries of the manifest by their keys; empty when there is no readable manifest."""
    from msgspec import MsgspecError
    from msgspec.json import decode

    try:
        data = _read(root, "modules", "modules.json")
        return {entry["Key"]: entry for entry in decode(data)["Modules"]}
    except (InputError, MsgspecError, LookupError, TypeError, RecursionError, UnicodeError):
        return {}


def _is_same(source: str, recorded: object) -> bool:
    """Whether a module was downloaded from a source. Terraform records only registry addresses in a comparable form."""
    return not _IN_REGISTRY.match(source) or recorded in (source, *(f"{registry}/{source}" for registry in _REGISTRIES))
