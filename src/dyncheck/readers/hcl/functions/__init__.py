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

# The functions of each module.
_FUNCTIONS = {
    "conversions": "issensitive nonsensitive sensitive tobool tolist tomap tonumber toset tostring",
    "csv_text": "csvdecode",
    "dates": "formatdate timeadd timecmp",
    "deferred": "base64gzip bcrypt ephemeralasnull plantimestamp rsadecrypt timestamp uuid",
    "encodings": "base64decode base64encode textdecodebase64 textencodebase64 urlencode",
    "files": (
        "file filebase64 filebase64sha256 filebase64sha512 fileexists filemd5 fileset filesha1 filesha256 filesha512 "
        "templatefile templatestring"
    ),
    "formats": "format formatlist",
    "hashes": "base64sha256 base64sha512 md5 sha1 sha256 sha512 uuidv5",
    "json_text": "jsondecode jsonencode",
    "mappings": "keys lookup merge transpose values zipmap",
    "networks": "cidrhost cidrnetmask cidrsubnet cidrsubnets",
    "numeric": "abs ceil floor log max min parseint pow signum",
    "paths": "abspath basename dirname pathexpand",
    "regular": "regex regexall",
    "sequences": (
        "alltrue anytrue chunklist coalesce coalescelist compact concat contains distinct element flatten index length "
        "matchkeys one range reverse slice sum"
    ),
    "sets": "setintersection setproduct setsubtract setunion",
    "strings": (
        "chomp endswith indent join lower replace sort split startswith strcontains strrev substr title trim trimprefix "
        "trimspace trimsuffix upper"
    ),
    "yaml_reader": "yamldecode",
    "yaml_writer": "yamlencode",
}
_HOMES = {name: module for module, names in _FUNCTIONS.items() for name in names.split()}

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
