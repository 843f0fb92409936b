"""Functions of files in the checked tree: contents, hashes, lists of files, templates.

Nothing outside the tree is read: a path that leads there, also by a link, gives a pending value.
Source: https://github.com/hashicorp/terraform/blob/main/internal/lang/funcs/filesystem.go
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from contextvars import ContextVar

from dyncheck.readers.hcl.functions.declaration import LONGEST_TEXT, Context, Function, InvalidArgument, Parameter
from dyncheck.readers.hcl.functions.paths import clean, is_in_home
from dyncheck.readers.hcl.language import types
from dyncheck.readers.hcl.language.conversion import convert
from dyncheck.readers.hcl.language.problems import UnsureError
from dyncheck.readers.hcl.language.quoting import quote
from dyncheck.readers.hcl.language.types import ANY, BOOL, STRING, Type
from dyncheck.readers.hcl.language.values import EvaluationError, Value, boolean, pending, set_of, string

_LARGEST_FILE = 32_000_000
# Reading and hashing so many bytes takes the time of one step of the evaluation.
_BYTES_PER_STEP = 500

_is_rendering = ContextVar("_is_rendering", default=False)


class _OutOfReachError(Exception):
    """The reason why dyncheck does not look at a path."""


def _located(context: Context, path: str) -> str:
    """The path with its links followed. Raises `_OutOfReachError` for a path that leads out of the checked tree."""
    if is_in_home(path) or "\0" in path:
        raise _OutOfReachError("outside the checked directory")
    found = os.path.realpath(clean(path if path.startswith("/") else f"{context.directory}/{path}"))
    if found != context.tree and not found.startswith(f"{context.tree.rstrip('/')}/"):
        raise _OutOfReachError("outside the checked directory")
    return found


def _read(context: Context, path: Value, largest: int = _LARGEST_FILE) -> bytes:
    """The contents of a file. A file of another kind is never opened."""
    try:
        found = _located(context, path.content)
        status = os.stat(found)
        if stat.S_ISDIR(status.st_mode):
            raise EvaluationError(f"{_shown(path)} is a directory")
        if not stat.S_ISREG(status.st_mode):
            raise _OutOfReachError("no regular file")
        if status.st_size > largest:
            raise _OutOfReachError(f"larger than {largest} bytes")
        context.spend(status.st_size // _BYTES_PER_STEP)
        with open(found, "rb") as file:
            return file.read(largest)
    except (FileNotFoundError, NotADirectoryError):
        raise EvaluationError(f"no file exists at {_shown(path)}; the file must be part of the configuration") from None
    except OSError as error:
        raise _OutOfReachError(f"not readable: {error.strerror}") from None


def _shown(value: Value) -> str:
    return "(sensitive value)" if value.sensitive else quote(value.content)


def _of_path(name: str, returns: Type, run: Callable[..., Value], *others: Parameter, takes_sensitive: bool = True) -> Function:
    """A function of a path, pending where the path leads out of reach."""

    def reaching(context: Context, path: Value, *arguments: Value) -> Value:
        try:
            return run(context, path, *arguments).marked(path.sensitive)
        except _OutOfReachError as reason:
            return pending(returns, f"{name}({_shown(path)}) {reason}", sensitive=path.sensitive)

    parameters = Parameter("path", STRING, takes_sensitive=takes_sensitive), *others
    return Function(name, parameters, reaching, returns, wants_context=True)


def _contents(context: Context, path: Value) -> bytes:
    """The contents of a file that becomes a text."""
    try:
        return _read(context, path, LONGEST_TEXT)
    except EvaluationError as problem:
        raise InvalidArgument("path", str(problem)) from None


def _file(context: Context, path: Value) -> Value:
    try:
        return string(_contents(context, path).decode())
    except UnicodeDecodeError:
        raise EvaluationError(f"contents of {_shown(path)} are not valid UTF-8; use filebase64 or a hash of the file") from None


def _filebase64(context: Context, path: Value) -> Value:
    from dyncheck.readers.hcl.functions.encodings import to_base64

    return string(to_base64(_contents(context, path)))


def _file_hash(name: str, algorithm: str, is_base64: bool = False) -> Function:
    def run(context: Context, path: Value) -> Value:
        from dyncheck.readers.hcl.functions.encodings import digest

        return string(digest(_read(context, path), algorithm, is_base64))

    return _of_path(name, STRING, run, takes_sensitive=False)


def _fileexists(context: Context, path: Value) -> Value:
    try:
        is_regular = stat.S_ISREG(os.stat(_located(context, path.content)).st_mode)
    except FileNotFoundError:
        return boolean(False)
    except OSError as error:
        raise EvaluationError(f"cannot look at {_shown(path)}: {error.strerror}") from None
    if not is_regular:
        raise EvaluationError(f"{_shown(path)} is not a regular file")
    return boolean(True)


def _fileset(context: Context, path: Value, pattern: Value) -> Value:
    from dyncheck.readers.hcl.functions.globs import matching

    sensitive = path.sensitive or pattern.sensitive
    full = clean(f"{path.content or '.'}/{pattern.content}")
    base = "/" if full.startswith("/") else context.directory
    try:
        found = matching(base, full.lstrip("/"), context.tree, context.spend)
    except UnsureError as reason:
        return pending(_NAMES, f"fileset({_shown(path)}, {_shown(pattern)}) {reason}", sensitive=sensitive)
    prefix = os.path.join(base, clean(path.content))
    return set_of(STRING, (string(os.path.relpath(each, prefix)) for each in found)).marked(sensitive)


def _templatefile(context: Context, path: Value, variables: Value) -> Value:
    _refuse_inside_another("templatefile")
    return _rendered(context, _file(context, path).content, path.content, variables)


def _templatestring(context: Context, template: Value, variables: Value) -> Value:
    _refuse_inside_another("templatestring")
    return convert(_rendered(context, template.content, "<templatestring argument>", variables), STRING)


def _refuse_inside_another(name: str) -> None:
    if _is_rendering.get():
        raise EvaluationError(f"cannot recursively call {name} from inside another template function")


def _rendered(context: Context, text: str, name: str, variables: Value) -> Value:
    if not isinstance(variables.type, types.Map | types.Object):
        raise InvalidArgument("vars", "must be a map or an object")
    for variable in sorted(variables.content):
        if not variable.replace("-", "_").isidentifier() or variable.startswith("_"):
            raise InvalidArgument("vars", f"{quote(variable)} is not a valid name of a variable")
    token = _is_rendering.set(True)
    try:
        result = context.render(text, name, variables.content)
    finally:
        _is_rendering.reset(token)
    if result.is_null:
        raise EvaluationError("the result of the template is null")
    return result


_NAMES = types.Set(STRING)
_PATH = Parameter("path", STRING, takes_sensitive=True)
_VARS = Parameter("vars", ANY, takes_partly_known=True)

FUNCTIONS = (
    _of_path("file", STRING, _file),
    _of_path("filebase64", STRING, _filebase64),
    _file_hash("filebase64sha256", "sha256", is_base64=True),
    _file_hash("filebase64sha512", "sha512", is_base64=True),
    _of_path("fileexists", BOOL, _fileexists),
    _file_hash("filemd5", "md5"),
    Function("fileset", (_PATH, Parameter("pattern", STRING, takes_sensitive=True)), _fileset, _NAMES, wants_context=True),
    _file_hash("filesha1", "sha1"),
    _file_hash("filesha256", "sha256"),
    _file_hash("filesha512", "sha512"),
    _of_path("templatefile", ANY, _templatefile, _VARS),
    Function("templatestring", (Parameter("template", STRING), _VARS), _templatestring, STRING, wants_context=True),
)
