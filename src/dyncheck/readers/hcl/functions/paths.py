"""Names of files, as texts: nothing here looks at the disk.

Source: https://github.com/hashicorp/terraform/blob/main/internal/lang/funcs/filesystem.go and Go's `path/filepath`.
"""

from __future__ import annotations

from posixpath import normpath

from dyncheck.readers.hcl.functions.declaration import plain
from dyncheck.readers.hcl.language.problems import UnsureError
from dyncheck.readers.hcl.language.types import STRING
from dyncheck.readers.hcl.language.values import EvaluationError


def clean(path: str) -> str:
    """The shortest spelling of a path, without a look at links. Never empty."""
    found = normpath(path) if path else "."
    # Two slashes at the start have a meaning of their own in POSIX, not in Go.
    return found[1:] if found.startswith("//") else found


def is_in_home(path: str) -> bool:
    """Whether a path starts at the home directory. Raises `EvaluationError` for the home of another user."""
    if path.startswith("~") and path[1:2] not in ("", "/", "\\"):
        raise EvaluationError("cannot expand the home directory of another user")
    return path.startswith("~")


def _basename(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2] or path[:1] or "."


def _dirname(path: str) -> str:
    directory, slash, _ = path.rpartition("/")
    return clean(directory + slash)


def _abspath(path: str) -> str:
    if not path.startswith("/"):
        raise UnsureError("a relative path, which is another on every machine")
    return clean(path)


def _pathexpand(path: str) -> str:
    if is_in_home(path):
        raise UnsureError("a home directory, which is another on every machine")
    return path


FUNCTIONS = (
    plain("abspath", _abspath, STRING, path=STRING),
    plain("basename", _basename, STRING, path=STRING),
    plain("dirname", _dirname, STRING, path=STRING),
    plain("pathexpand", _pathexpand, STRING, path=STRING),
)
