"""Terraform's functions, a module for each subject. A module is imported when one of its functions is first called.

Source: https://developer.hashicorp.com/terraform/language/functions
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from msgspec.structs import replace

if TYPE_CHECKING:
    from dyncheck.readers.hcl.functions.declaration import Function

EVALUATED = "evaluated"
IN_TREE = "evaluated inside the checked tree"
DEFERRED = "deferred"
BY_EVALUATOR = "by the evaluator"

_CORE = "core::"

# A subject with many functions has several rows.
_SUBJECTS = (
    ("conversions", ("issensitive", "nonsensitive", "sensitive", "tobool", "tolist", "tomap", "tonumber", "toset", "tostring")),
    ("csv_text", ("csvdecode",)),
    ("dates", ("formatdate", "timeadd", "timecmp")),
    ("deferred", ("base64gzip", "bcrypt", "ephemeralasnull", "plantimestamp", "rsadecrypt", "timestamp", "uuid")),
    ("encodings", ("base64decode", "base64encode", "base64sha256", "base64sha512", "md5", "sha1", "sha256", "sha512")),
    ("encodings", ("textdecodebase64", "textencodebase64", "urlencode", "uuidv5")),
    ("files", ("file", "filebase64", "filebase64sha256", "filebase64sha512", "fileexists", "filemd5", "fileset")),
    ("files", ("filesha1", "filesha256", "filesha512", "templatefile", "templatestring")),
    ("formats", ("format", "formatlist")),
    ("json_text", ("jsondecode", "jsonencode")),
    ("mappings", ("keys", "lookup", "merge", "transpose", "values", "zipmap")),
    ("networks", ("cidrhost", "cidrnetmask", "cidrsubnet", "cidrsubnets")),
    ("numeric", ("abs", "ceil", "floor", "log", "max", "min", "parseint", "pow", "signum")),
    ("paths", ("abspath", "basename", "dirname", "pathexpand")),
    ("regular", ("regex", "regexall")),
    ("sequences", ("alltrue", "anytrue", "chunklist", "coalesce", "coalescelist", "compact", "concat", "contains", "distinct", "element")),
    ("sequences", ("flatten", "index", "length", "matchkeys", "one", "range", "reverse", "slice", "sum")),
    ("sets", ("setintersection", "setproduct", "setsubtract", "setunion")),
    ("strings", ("chomp", "endswith", "indent", "join", "lower", "replace", "sort", "split", "startswith", "strcontains", "strrev")),
    ("strings", ("substr", "title", "trim", "trimprefix", "trimspace", "trimsuffix", "upper")),
    ("yaml_reader", ("yamldecode",)),
    ("yaml_writer", ("yamlencode",)),
)
_HOMES = {name: home for home, names in _SUBJECTS for name in names}

# These get their arguments unevaluated, so they are not functions of values.
_LAZY = ("can", "try")

NAMES = tuple(sorted((*_HOMES, *_LAZY)))


def find(name: str) -> Function | None:
    """The function with that name, with or without `core::`; None for an unknown name, and for `try` and `can`."""
    home = _HOMES.get(name.removeprefix(_CORE))
    if home is None:
        return None
    functions: tuple[Function, ...] = import_module(f"{__name__}.{home}").FUNCTIONS
    found = next(function for function in functions if function.name == name.removeprefix(_CORE))
    return replace(found, name=name) if name.startswith(_CORE) else found


def support(name: str) -> str:
    """How dyncheck supports the function: one of the constants above, and the reason for a deferred function."""
    if name in _LAZY:
        return BY_EVALUATOR
    home = _HOMES[name]
    if home == "deferred":
        from dyncheck.readers.hcl.functions.deferred import REASONS

        return f"{DEFERRED}: {REASONS[name]}"
    return IN_TREE if home == "files" and name != "templatestring" else EVALUATED
