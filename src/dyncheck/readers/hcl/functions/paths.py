"""File names, as texts: nothing here looks at the disk.

Source: https://github.com/hashicorp/terraform/blob/main/internal/lang/funcs/filesystem.go and Go's `path/filepath`.
"""

from __future__ import annotations

from posixpath import normpath

from dyncheck.readers.hcl.functions.declaration import Function, Parameter, named
from dyncheck.readers.hcl.language.types import STRING
from dyncheck.readers.hcl.language.values import Problem, Value, pending, string


def clean(path: str) -> str:
    """The shortest spelling of a path, links not looked at. Never empty."""
    found = normpath(path) if path else "."
    # POSIX gives two slashes at the start a meaning of their own, Go does not.
    return found[1:] if found.startswith("//") else found


def home_problem(path: str) -> str:
    """Why a path that starts with `~` cannot be located, empty for any other path."""
    if not path.startswith("~"):
        return ""
    return "" if path[1:2] in ("", "/", "\\") else "cannot expand user-specific home dir"


def is_in_home(path: str) -> bool:
    """Whether a path starts at somebody's home directory."""
    return path.startswith("~")


def _basename(path: Value) -> Value:
    stripped = path.content.rstrip("/")
    if not stripped:
        return string("/" if path.content else ".")
    return string(stripped.rpartition("/")[2])


def _dirname(path: Value) -> Value:
    directory, slash, _ = path.content.rpartition("/")
    return string(clean(directory + slash))


def _abspath(path: Value) -> Value:
    if path.content.startswith("/"):
        return string(clean(path.content))
    return pending(STRING, "abspath() of a relative path, which is another on every machine")


def _pathexpand(path: Value) -> Value:
    problem = home_problem(path.content)
    if problem:
        raise Problem(problem)
    if is_in_home(path.content):
        return pending(STRING, "pathexpand() of a home directory, which is another on every machine")
    return string(path.content)


_PATH = Parameter("path", STRING)

FUNCTIONS = named(
    Function("abspath", (_PATH,), _abspath, STRING),
    Function("basename", (_PATH,), _basename, STRING),
    Function("dirname", (_PATH,), _dirname, STRING),
    Function("pathexpand", (_PATH,), _pathexpand, STRING),
)
