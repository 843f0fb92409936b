"""Terraform's functions: one module for each subject, found by name and imported when first called.

A name is declared in exactly one module of this package; a table says which, so that a run that calls no function imports none.
Source: https://developer.hashicorp.com/terraform/language/functions
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dyncheck.readers.hcl.functions.declaration import Function

EVALUATED = "evaluated"
IN_TREE = "evaluated inside the checked tree"
DEFERRED = "deferred"
BY_EVALUATOR = "by the evaluator"

_CORE = "core::"

_HOMES = {
    "abs": "numeric",
    "abspath": "paths",
    "alltrue": "sequences",
    "anytrue": "sequences",
    "base64decode": "encodings",
    "base64encode": "encodings",
    "base64gzip": "deferred",
    "base64sha256": "hashes",
    "base64sha512": "hashes",
    "basename": "paths",
    "bcrypt": "deferred",
    "ceil": "numeric",
    "chomp": "strings",
    "chunklist": "sequences",
    "cidrhost": "networks",
    "cidrnetmask": "networks",
    "cidrsubnet": "networks",
    "cidrsubnets": "networks",
    "coalesce": "sequences",
    "coalescelist": "sequences",
    "compact": "sequences",
    "concat": "sequences",
    "contains": "sequences",
    "csvdecode": "csv_text",
    "dirname": "paths",
    "distinct": "sequences",
    "element": "sequences",
    "endswith": "strings",
    "ephemeralasnull": "deferred",
    "file": "files",
    "filebase64": "files",
    "filebase64sha256": "files",
    "filebase64sha512": "files",
    "fileexists": "files",
    "filemd5": "files",
    "fileset": "files",
    "filesha1": "files",
    "filesha256": "files",
    "filesha512": "files",
    "flatten": "sequences",
    "floor": "numeric",
    "format": "formats",
    "formatdate": "dates",
    "formatlist": "formats",
    "indent": "strings",
    "index": "sequences",
    "issensitive": "conversions",
    "join": "strings",
    "jsondecode": "json_text",
    "jsonencode": "json_text",
    "keys": "mappings",
    "length": "sequences",
    "log": "numeric",
    "lookup": "mappings",
    "lower": "strings",
    "matchkeys": "sequences",
    "max": "numeric",
    "md5": "hashes",
    "merge": "mappings",
    "min": "numeric",
    "nonsensitive": "conversions",
    "one": "sequences",
    "parseint": "numeric",
    "pathexpand": "paths",
    "plantimestamp": "deferred",
    "pow": "numeric",
    "range": "sequences",
    "regex": "regular",
    "regexall": "regular",
    "replace": "strings",
    "reverse": "sequences",
    "rsadecrypt": "deferred",
    "sensitive": "conversions",
    "setintersection": "sets",
    "setproduct": "sets",
    "setsubtract": "sets",
    "setunion": "sets",
    "sha1": "hashes",
    "sha256": "hashes",
    "sha512": "hashes",
    "signum": "numeric",
    "slice": "sequences",
    "sort": "strings",
    "split": "strings",
    "startswith": "strings",
    "strcontains": "strings",
    "strrev": "strings",
    "substr": "strings",
    "sum": "sequences",
    "templatefile": "files",
    "templatestring": "files",
    "textdecodebase64": "encodings",
    "textencodebase64": "encodings",
    "timeadd": "dates",
    "timecmp": "dates",
    "timestamp": "deferred",
    "title": "strings",
    "tobool": "conversions",
    "tolist": "conversions",
    "tomap": "conversions",
    "tonumber": "conversions",
    "toset": "conversions",
    "tostring": "conversions",
    "transpose": "mappings",
    "trim": "strings",
    "trimprefix": "strings",
    "trimspace": "strings",
    "trimsuffix": "strings",
    "upper": "strings",
    "urlencode": "encodings",
    "uuid": "deferred",
    "uuidv5": "hashes",
    "values": "mappings",
    "yamldecode": "yaml_reader",
    "yamlencode": "yaml_writer",
    "zipmap": "mappings",
}

# Their arguments are not evaluated before the call, so they are no functions of values.
_LAZY = ("can", "try")

NAMES = tuple(sorted((*_HOMES, *_LAZY)))


def find(name: str) -> Function | None:
    """The function of that name, with or without `core::`; None when there is none, and for `try` and `can`."""
    home = _HOMES.get(name.removeprefix(_CORE))
    if home is None:
        return None
    functions: dict[str, Function] = import_module(f"{__name__}.{home}").FUNCTIONS
    found = functions[name.removeprefix(_CORE)]
    if not name.startswith(_CORE):
        return found
    from msgspec.structs import replace

    return replace(found, name=name)


def support(name: str) -> str:
    """How the function is supported, as the documentation tells it: one of the words above, and why where it is deferred."""
    if name in _LAZY:
        return BY_EVALUATOR
    home = _HOMES[name]
    if home == "deferred":
        from dyncheck.readers.hcl.functions.deferred import REASONS

        return f"{DEFERRED}: {REASONS[name]}"
    return IN_TREE if home == "files" and name != "templatestring" else EVALUATED
