"""The modules that `terraform init` installed: the manifest, and whether an entry of it is the module that a call asks for.

Sources: https://github.com/hashicorp/terraform/blob/main/internal/modsdir/manifest.go,
https://github.com/hashicorp/terraform/blob/main/internal/configs/configload/loader_load.go and
https://developer.hashicorp.com/terraform/language/modules/sources
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping

from msgspec import Struct

from dyncheck.errors import InputError
from dyncheck.readers.hcl.configuration.files import is_inside, read_bytes, shown
from dyncheck.readers.versions import accepts, parsed

_NAME = r"[0-9A-Za-z](?:[0-9A-Za-z_-]{0,62}[0-9A-Za-z])?"
_HOST = r"(?!(?:github|gitlab)\.com/|bitbucket\.org/)[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::[0-9]+)?"
_REGISTRY = rf"(?:({_HOST})/)?({_NAME}/{_NAME}/[0-9a-z]{{1,64}}(?://[^?]*)?)\Z"
_PUBLIC = ("registry.terraform.io", "registry.opentofu.org")
_SHORT_GIT = r"(?:git::)?((?:github\.com|bitbucket\.org)/[^/?]+/[^/?]+?)(?:\.git)?(?:/(?=[^/])|(?=//|[?]|\Z))"
_SSH = r"(?:git::)?([\w.-]+@[\w.-]+):(?!/)"
# What says how to download a source.
_DOWNLOADED = r"[a-z0-9]+::|[a-z0-9]+://|/|git@|github\.com/|bitbucket\.org/|[\w.-]*amazonaws\.com/|www\.googleapis\.com/"

INIT = "Run `terraform init`"


class Installed(Struct, frozen=True):
    """Where the module of a call is installed.

    `directory` is its real path, empty where it is not installed, and `path` is `path.module` there. `stale` says why what is installed
    is not what the call asks for.
    """

    directory: str = ""
    path: str = ""
    stale: str = ""


class Manifest:
    """The manifest of a root module, whose real path is `root`. It is broken where Terraform could not read it."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._entries: Mapping[str, Mapping[str, str]] = {}
        self.is_broken = False
        try:
            data = of_data_directory(root, "modules", "modules.json")
        except InputError:
            return
        try:
            self._entries = _entries(data)
        except ValueError:
            self.is_broken = True

    def remote(self, call: str, source: str, version: str | None) -> Installed | None:
        """What is installed for a call of a module from elsewhere, None when nothing is. `call` is its key in the manifest."""
        entry = self._entries.get(call) if re.match(_DOWNLOADED, source) or is_of_registry(source) else None
        if entry is None:
            return None
        if entry["Source"] and _normal(entry["Source"]) != _normal(source):
            return Installed(stale=f"the installed module is of another source than {source}. {INIT}")
        if version is not None and not accepts(version, entry["Version"]):
            return Installed(stale=f"the installed module has another version than {version}. {INIT}")
        directory = self._directory(entry)
        if directory is None or not any(is_inside(directory, home) for home in self._homes(source)):
            return None
        return Installed(directory, entry["Dir"])

    def local(self, call: str, source: str, directory: str) -> Installed:
        """The directory of a local call. It needs no entry in the manifest, but Terraform takes the directory of the entry."""
        if self.is_broken:
            return Installed(stale=f"Terraform cannot read .terraform/modules/modules.json. Remove that file. {INIT}")
        entry = self._entries.get(call)
        found = self._directory(entry)
        if entry is None and self._is_installed(call.rpartition(".")[0]):
            return Installed(stale=f"the module around it is installed, but it is not. {INIT}")
        if entry is None:
            return Installed(directory)
        if relative_path(entry["Source"]) != relative_path(source) or found != os.path.realpath(directory):
            return Installed(stale=f"the installed module is of another source than {source}. {INIT}")
        return Installed(directory, entry["Dir"])

    def _homes(self, source: str) -> Iterator[str]:
        """Where the module of a source may be: the link that Terraform makes for an absolute path leads there."""
        yield os.path.realpath(os.path.join(data_directory(self._root), "modules"))
        if _normal(source).startswith("file://"):
            yield os.path.realpath(_normal(source).removeprefix("file://").partition("//")[0])

    def _is_installed(self, call: str) -> bool:
        entry = self._entries.get(call) if call else None
        return entry is not None and not entry["Source"].startswith(".")

    def _directory(self, entry: Mapping[str, str] | None) -> str | None:
        """The real path of the directory of an entry, None without one."""
        try:
            found = os.path.realpath(os.path.join(self._root, entry["Dir"])) if entry else ""
        except ValueError:
            return None
        return found if found and os.path.isdir(found) else None


def _entries(data: bytes) -> dict[str, Mapping[str, str]]:
    """The entries of a manifest by their keys. Raises `ValueError` when Terraform would refuse it."""
    from msgspec.json import decode

    if not data:
        return {}
    try:
        entries = [{name: entry.get(name) or "" for name in ("Key", "Source", "Version", "Dir")} for entry in decode(data)["Modules"] or ()]
        found: dict[str, Mapping[str, str]] = {entry["Key"]: entry for entry in entries}
    except (AttributeError, LookupError, TypeError, RecursionError) as error:
        raise ValueError(str(error)) from None
    has_texts = all(isinstance(value, str) for entry in entries for value in entry.values())
    if not has_texts or len(found) != len(entries) or not all(parsed(entry["Version"]) for entry in entries if entry["Version"]):
        raise ValueError("A key is there twice, a version is not valid, or a value is not a text.")
    return found


def _normal(source: str) -> str:
    """A source in the form in which Terraform compares it: as text, its query included."""
    if source.startswith("/"):
        return f"file://{source}"
    registry = re.match(_REGISTRY, source)
    if registry:
        return registry[2] if registry[1] in _PUBLIC else source
    short = re.match(_SHORT_GIT, source)
    if short:
        return f"git::https://{short[1]}.git{'//' if short[0].endswith('/') else ''}{source[short.end() :]}"
    return re.sub(rf"\A{_SSH}", r"git::ssh://\1/", source)


def is_of_registry(source: str) -> bool:
    """Whether a source is the address of a module in a registry."""
    return re.match(_REGISTRY, source) is not None


def is_of_public_registry(source: str) -> bool:
    """Whether a source is the address of a module in a registry that anyone may read."""
    found = re.match(_REGISTRY, source)
    return found is not None and (found[1] is None or found[1] in _PUBLIC)


def relative_path(source: str) -> str:
    """A relative path in the form in which Terraform compares it."""
    return os.path.normpath(source.replace("\\", "/"))


def data_directory(root: str) -> str:
    """Where Terraform keeps what it installed for a root module."""
    return os.path.join(root, os.environ.get("TF_DATA_DIR") or ".terraform")


def of_data_directory(root: str, *names: str) -> bytes:
    """A file of the data directory. Raises `InputError` when it cannot be read, or is a link out of the root module."""
    return read_bytes(in_data_directory(root, *names))


def in_data_directory(root: str, *names: str) -> str:
    """The path of a file of the data directory. Raises `InputError` when it is a link out of the root module.

    The author of the tree must not choose which other files dyncheck reads and quotes. TF_DATA_DIR is set by the user.
    """
    data = data_directory(root)
    path = os.path.join(data, *names)
    home = data if os.environ.get("TF_DATA_DIR") else root
    if not is_inside(os.path.realpath(path), os.path.realpath(home)):
        raise InputError(f"{path} is a link to a file outside the root module.", kind="unreadable", path=shown(path))
    return path
