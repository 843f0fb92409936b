"""Files of the checked tree: their contents, their hashes, which there are, and templates made of them.

Nothing outside the tree is ever read: what a path leads to there, links followed, is pending.
Source: https://github.com/hashicorp/terraform/blob/main/internal/lang/funcs/filesystem.go
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from contextvars import ContextVar

from dyncheck.readers.hcl.functions.declaration import LONGEST_TEXT, Context, Function, Parameter, invalid, named
from dyncheck.readers.hcl.functions.paths import clean, home_problem, is_in_home
from dyncheck.readers.hcl.language import types
from dyncheck.readers.hcl.language.conversion import convert
from dyncheck.readers.hcl.language.problems import UnsureError
from dyncheck.readers.hcl.language.quoting import quote
from dyncheck.readers.hcl.language.types import ANY, BOOL, STRING, Type
from dyncheck.readers.hcl.language.values import Problem, Value, boolean, pending, set_of, string

_MISSING = (
    "this function works only with files that are distributed as part of the configuration source code, so if this file will be created "
    "by a resource in this configuration you must instead obtain this result from an attribute of that resource"
)
_NOT_TEXT = (
    "use the filebase64 function to obtain the Base64 encoded contents or the other file functions (e.g. filemd5, filesha256) "
    "to obtain file hashing results instead"
)
_LARGEST_FILE = 32_000_000
# How much is read and hashed in the time of one step of the evaluation.
_BYTES_PER_STEP = 500

_is_rendering = ContextVar("_is_rendering", default=False)


class _OutOfReachError(Exception):
    """Why what a path leads to is not looked at."""


def _located(context: Context, path: str) -> str:
    """The path as the system has it, links followed. Raises `_OutOfReachError` for one that leads out of the checked tree."""
    problem = home_problem(path)
    if problem:
        raise Problem(f"failed to expand ~: {problem}")
    if is_in_home(path) or "\0" in path:
        raise _OutOfReachError("outside the checked directory")
    found = os.path.realpath(clean(path if path.startswith("/") else f"{context.directory}/{path}"))
    if found != context.tree and not found.startswith(f"{context.tree.rstrip('/')}/"):
        raise _OutOfReachError("outside the checked directory")
    return found


def _read(context: Context, path: str) -> bytes:
    """The contents of a file. Raises `OSError` as opening or reading it would, before a file of another kind is opened."""
    found = _located(context, path)
    status = os.stat(found)
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(path)
    if not stat.S_ISREG(status.st_mode):
        raise _OutOfReachError("no regular file")
    if status.st_size > _LARGEST_FILE:
        raise _OutOfReachError(f"larger than {_LARGEST_FILE} bytes")
    context.spend(status.st_size // _BYTES_PER_STEP)
    with open(found, "rb") as file:
        return file.read(_LARGEST_FILE)


def _of_path(name: str, returns: Type, run: Callable[[Context, Value], Value], takes_sensitive: bool = True) -> Function:
    """A function of a path, pending where the path leads out of reach."""

    def reaching(context: Context, path: Value) -> Value:
        try:
            return run(context, path).marked(path.sensitive)
        except _OutOfReachError as reason:
            return pending(returns, _out_of_reach(name, path, str(reason)), sensitive=path.sensitive)

    return Function(name, (Parameter("path", STRING, takes_sensitive=takes_sensitive),), reaching, returns, wants_context=True)


def _out_of_reach(name: str, path: Value, reason: str) -> str:
    return f"{name}({_shown(path)}) {reason}"


def _shown(path: Value, text: str | None = None) -> str:
    return "(sensitive value)" if path.sensitive else quote(path.content if text is None else text)


def _contents(context: Context, path: Value) -> bytes:
    """As `file` and its like read a file, with their messages."""
    try:
        return _read(context, path.content)
    except Problem as problem:
        raise invalid("path", str(problem)) from None
    except FileNotFoundError:
        raise invalid("path", f"no file exists at {_shown(path)}; {_MISSING}") from None
    except IsADirectoryError:
        raise invalid("path", f"failed to read file: read {clean(path.content)}: is a directory") from None
    except NotADirectoryError:
        raise invalid("path", f"open {clean(path.content)}: not a directory") from None
    except OSError as error:
        raise _OutOfReachError(f"not readable: {error.strerror}") from None


def _text(context: Context, path: Value) -> str:
    found = _contents(context, path)
    if len(found) > LONGEST_TEXT:
        raise _OutOfReachError(f"larger than {LONGEST_TEXT} bytes")
    try:
        return found.decode()
    except UnicodeDecodeError:
        raise Problem(f"contents of {_shown(path)} are not valid UTF-8; {_NOT_TEXT}") from None


def _file(context: Context, path: Value) -> Value:
    return string(_text(context, path))


def _filebase64(context: Context, path: Value) -> Value:
    from dyncheck.readers.hcl.functions.encodings import to_base64

    found = _contents(context, path)
    if len(found) > LONGEST_TEXT:
        raise _OutOfReachError(f"larger than {LONGEST_TEXT} bytes")
    return string(to_base64(found))


def _file_hash(name: str, algorithm: str, is_base64: bool = False) -> Function:
    def run(context: Context, path: Value) -> Value:
        from dyncheck.readers.hcl.functions.hashes import digest

        try:
            return string(digest(_read(context, path.content), algorithm, is_base64))
        except FileNotFoundError:
            raise Problem(f"open {clean(path.content)}: no such file or directory") from None
        except IsADirectoryError:
            raise Problem(f"read {clean(path.content)}: is a directory") from None
        except NotADirectoryError:
            raise Problem(f"open {clean(path.content)}: not a directory") from None
        except OSError as error:
            raise _OutOfReachError(f"not readable: {error.strerror}") from None

    return _of_path(name, STRING, run, takes_sensitive=False)


def _fileexists(context: Context, path: Value) -> Value:
    shown = _shown(path, clean(path.content))
    try:
        mode = os.stat(_located(context, path.content)).st_mode
    except FileNotFoundError:
        return boolean(False)
    except OSError:
        raise Problem(f"failed to stat {shown}") from None
    if stat.S_ISREG(mode):
        return boolean(True)
    for is_such, kind in _KINDS:
        if is_such(mode):
            raise Problem(f"{shown} is {kind}")
    raise Problem(f"{shown} is not a regular file")


_KINDS = (
    (stat.S_ISDIR, "a directory, not a file"),
    (stat.S_ISBLK, "a device node, not a regular file"),
    (stat.S_ISCHR, "a device node, not a regular file"),
    (stat.S_ISFIFO, "a named pipe, not a regular file"),
    (stat.S_ISSOCK, "a unix domain socket, not a regular file"),
)


def _fileset(context: Context, path: Value, pattern: Value) -> Value:
    from dyncheck.readers.hcl.functions.globs import BadPatternError, matching

    sensitive = path.sensitive or pattern.sensitive
    full = clean(f"{path.content or '.'}/{pattern.content}")
    base = "/" if full.startswith("/") else context.directory
    try:
        found = matching(base, full.lstrip("/"), context.tree, context.spend)
    except BadPatternError:
        shown = "(sensitive value)" if sensitive else quote(full)
        raise Problem(f"failed to glob pattern {shown}: syntax error in pattern") from None
    except UnsureError as reason:
        return pending(_NAMES, f"fileset({_shown(path)}, {_shown(pattern)}) {reason}", sensitive=sensitive)
    prefix = os.path.join(base, clean(path.content))
    return set_of(STRING, (string(os.path.relpath(each, prefix)) for each in found)).marked(sensitive)


def _templatefile(context: Context, path: Value, variables: Value) -> Value:
    _refuse_inside_another("templatefile")
    try:
        text = _text(context, path)
    except _OutOfReachError as reason:
        return pending(ANY, _out_of_reach("templatefile", path, str(reason)), sensitive=path.sensitive)
    return _rendered(context, text, path.content, variables).marked(path.sensitive)


def _templatestring(context: Context, template: Value, variables: Value) -> Value:
    _refuse_inside_another("templatestring")
    return convert(_rendered(context, template.content, "<templatestring argument>", variables), STRING)


def _refuse_inside_another(name: str) -> None:
    if _is_rendering.get():
        raise Problem(f"cannot recursively call {name} from inside another template function")


def _rendered(context: Context, text: str, name: str, variables: Value) -> Value:
    if not isinstance(variables.type, types.Map | types.Object):
        raise invalid("vars", "invalid vars value: must be a map")
    for variable in sorted(variables.content):
        if not variable.replace("-", "_").isidentifier() or variable.startswith("_"):
            raise invalid(
                "vars",
                f"invalid template variable name {quote(variable)}: "
                "must start with a letter, followed by zero or more letters, digits, and underscores",
            )
    token = _is_rendering.set(True)
    try:
        result = context.render(text, name, variables.content)
    finally:
        _is_rendering.reset(token)
    if result.is_null:
        raise Problem("Template result is null; The result of the template is null, which is not a valid result for a templatestring call")
    return result


_NAMES = types.Set(STRING)
_PATH = Parameter("path", STRING, takes_sensitive=True)
_VARS = Parameter("vars", ANY, takes_partly_known=True)

FUNCTIONS = named(
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
    Function("templatefile", (_PATH, _VARS), _templatefile, wants_context=True),
    Function("templatestring", (Parameter("template", STRING), _VARS), _templatestring, STRING, wants_context=True),
)
