"""No call takes long, fills the memory, reads a file outside the tree or shows a secret, for any arguments."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from dyncheck.readers.hcl.functions import find
from dyncheck.readers.hcl.functions.declaration import Context
from dyncheck.readers.hcl.language import types
from dyncheck.readers.hcl.language.types import ANY, NUMBER, STRING
from dyncheck.readers.hcl.language.values import (
    NULL,
    EvaluationError,
    Value,
    boolean,
    causes_of,
    list_of,
    number,
    object_of,
    pending,
    set_of,
    string,
    tuple_of,
)

LATER = "pending: "


def called(name: str, *arguments: Value, context: Context | None = None) -> str:
    """The outcome of a call: the value, its causes if it is pending, or the error."""
    function = find(name)
    assert function
    try:
        result = function.call(arguments, context or Context("/nowhere", "/nowhere", _rendered))
    except EvaluationError as problem:
        found = str(problem)
    else:
        found = f"{LATER}{', '.join(causes_of(result))}" if result.is_pending else repr(result.content)
    return found


def _rendered(text: str, name: str, variables: Mapping[str, Value]) -> Value:
    return string(f"{name}: {text} {sorted(variables)}")


def _nested(text: str, times: int, end: str = "") -> Value:
    return string(text * times + end * times)


def _doubled(times: int) -> Value:
    """A small value with 2 to the power of `times` parts."""
    value = string("a")
    for _ in range(times):
        value = tuple_of((value, value))
    return value


def _many(count: int) -> Value:
    return set_of(STRING, (string(str(each)) for each in range(count)))


@pytest.mark.parametrize(
    ("name", "arguments", "outcome"),
    [
        ("range", (number(100_000_000),), "more than 1024 values; use a smaller range or a larger step"),
        ("range", (number(0), number(1), number(0)), "more than 1024 values"),
        ("format", (string("%999999999d"), number(1)), LATER),
        ("format", (string("%.999999999f"), number(1)), LATER),
        ("format", (string("%[99999999999999999999]d"), number(1)), LATER),
        ("formatlist", (string("%999999d"), list_of(NUMBER, [number(1)] * 1000)), "formatlist() of the width"),
        ("setproduct", (_many(1000), _many(1000)), LATER),
        ("setproduct", (_many(100), _many(100), _many(100), _many(100)), LATER),
        ("flatten", (_doubled(60),), LATER),
        ("jsonencode", (_doubled(60),), LATER),
        ("yamlencode", (_doubled(60),), LATER),
        ("length", (_doubled(60),), LATER),
        ("distinct", (_doubled(60),), LATER),
        ("jsondecode", (_nested("[", 100_000, "]"),), LATER),
        ("jsondecode", (_nested("[", 100_000),), LATER),
        ("jsondecode", (_nested('{"a":', 50_000),), LATER),
        ("jsondecode", (string("1" * 200_000),), LATER),
        ("jsondecode", (string("1e999999999"),), LATER),
        ("yamldecode", (_nested("[", 20_000, "]"),), LATER),
        ("yamldecode", (_nested("- ", 20_000),), LATER),
        ("csvdecode", (string("a\n" + "1\n" * 200_000),), LATER),
        ("cidrsubnets", (string("10.0.0.0/8"), *[number(8)] * 300), "has no room for another prefix"),
        ("cidrsubnet", (string("::/0"), number(128), number(10**60)), LATER),
        ("pow", (number(10), number(100_000)), LATER),
        ("pow", (number(2), number(10**300)), LATER),
        ("tonumber", (string("9" * 100_000),), LATER),
        ("tonumber", (string("1e1000000"),), LATER),
        ("parseint", (string("z" * 100_000), number(36)), LATER),
        ("replace", (string("a" * 100_000), string(""), string("b" * 1000)), LATER),
        ("replace", (string("a" * 100_000), string("/a/"), string("b" * 1000)), LATER),
        ("join", (string("x" * 100_000), list_of(STRING, [string("")] * 1000)), LATER),
        ("indent", (number(100_000), string("\n" * 1000)), LATER),
        ("indent", (number(10**30), string("\n")), "value must be a whole number"),
        ("regex", (string("(a*)*b"), string("a" * 100_000)), LATER),
        ("regex", (string("(a|a)*c"), string("a" * 50_000)), LATER),
        ("regex", (string("((a{1,100}){1,100}){1,100}"), string("a")), "invalid repeat count"),
        ("regex", (_nested("(", 5_000, ")"), string("a")), "nests deeper than 100 parentheses"),
        ("regexall", (string("a"), string("a" * 200_000)), LATER),
        ("strrev", (string("\u0301" * 300_000),), "'"),
        ("formatdate", (string("'" * 200_001), string("2020-01-01T00:00:00Z")), "unterminated literal"),
        ("timeadd", (string("2020-01-01T00:00:00Z"), string("9999999999h")), "invalid duration"),
        ("base64decode", (string("A" * 3_999_999),), "is not valid base64"),
        ("chunklist", (tuple_of([number(1)] * 100_001), number(1)), LATER),
        ("zipmap", (list_of(STRING, [string("a")] * 100_001), NULL), LATER),
        ("substr", (string("a"), number(10**40), number(1)), "Error in function call"),
        ("element", (tuple_of([string("a")]), number(10**40)), "Error in function call"),
    ],
)
def test_excessive_calls(name: str, arguments: tuple[Value, ...], outcome: str) -> None:
    assert outcome in called(name, *arguments)


@pytest.mark.parametrize(
    ("name", "arguments", "least"),
    [
        ("regex", (string("(a*)*b"), string("a" * 1_000)), 1_000),
        ("regexall", (string("a"), string("a" * 1_000)), 1_000),
        ("replace", (string("a" * 1_000), string("/a/"), string("b")), 1_000),
        ("filesha512", (string("large.bin"),), 1_000),
        ("fileset", (string("."), string("**")), 20),
    ],
)
def test_long_work_spends_steps(name: str, arguments: tuple[Value, ...], least: int, tree: Context) -> None:
    spent: list[int] = []
    Path(tree.directory, "large.bin").write_bytes(b"a" * 1_000_000)
    called(name, *arguments, context=Context(tree.directory, tree.tree, _rendered, spent.append))
    assert sum(spent) >= least


def test_nested_yaml_anchors_do_not_explode() -> None:
    lines = ["a0: &a0 [x]", *(f"a{each}: &a{each} [{', '.join([f'*a{each - 1}'] * 10)}]" for each in range(1, 12))]
    assert called("yamldecode", string("\n".join(lines))).startswith(LATER)


@pytest.fixture
def tree(tmp_path: Path) -> Context:
    """A tree with a root module, and files around both."""
    root = tmp_path.resolve() / "tree" / "module"
    root.mkdir(parents=True)
    (root / "inside.txt").write_text("inside")
    (root.parent / "beside.txt").write_text("beside")
    (root.parent.parent / "outside.txt").write_text("outside")
    (root.parent.parent / "treehouse").mkdir()
    (root.parent.parent / "treehouse" / "x.txt").write_text("neighbour")
    (root / "out").symlink_to("../../outside.txt")
    (root / "up").symlink_to("../..")
    (root / "in").symlink_to("inside.txt")
    (root / "loop").symlink_to("loop")
    os.mkfifo(root / "pipe")
    return Context(str(root), str(root.parent), _rendered)


_READERS = ("file", "filebase64", "filemd5", "filesha1", "filesha256", "filesha512", "filebase64sha256", "filebase64sha512")
_OUTSIDE = (
    "../../outside.txt",
    "out",
    "up/outside.txt",
    "/etc/hostname",
    "../../treehouse/x.txt",
    "../../nope",
    "../module/../../outside.txt",
)


@pytest.mark.parametrize("path", _OUTSIDE)
@pytest.mark.parametrize("name", [*_READERS, "fileexists"])
def test_nothing_outside_the_tree_is_read(name: str, path: str, tree: Context) -> None:
    assert called(name, string(path), context=tree) == f'{LATER}{name}("{path}") outside the checked directory'


@pytest.mark.parametrize("path", _OUTSIDE)
def test_no_template_outside_the_tree_is_read(path: str, tree: Context) -> None:
    assert (
        called("templatefile", string(path), object_of({}), context=tree) == f'{LATER}templatefile("{path}") outside the checked directory'
    )


@pytest.mark.parametrize("path", ["inside.txt", "./inside.txt", "in", "../module/inside.txt", "nope/../inside.txt"])
def test_a_file_inside_the_tree_is_read(path: str, tree: Context) -> None:
    assert called("file", string(path), context=tree) == "'inside'"
    assert called("file", string("../beside.txt"), context=tree) == "'beside'"
    assert called("file", string(f"{tree.directory}/{path}"), context=tree) == "'inside'"


@pytest.mark.parametrize("name", _READERS)
def test_only_regular_files_are_opened(name: str, tree: Context) -> None:
    assert called(name, string("pipe"), context=tree) == f'{LATER}{name}("pipe") no regular file'


def test_fileexists_refuses_a_pipe(tree: Context) -> None:
    assert called("fileexists", string("pipe"), context=tree).endswith('"pipe" is not a regular file.')


@pytest.mark.parametrize("name", _READERS)
def test_circular_links(name: str, tree: Context) -> None:
    assert called(name, string("loop"), context=tree) == f'{LATER}{name}("loop") not readable: Too many levels of symbolic links'


def test_fileexists_refuses_circular_links(tree: Context) -> None:
    found = called("fileexists", string("loop"), context=tree)
    assert (
        found == 'Error in function call. Call to function "fileexists" failed: cannot look at "loop": Too many levels of symbolic links.'
    )


@pytest.mark.parametrize(("directory", "pattern"), [("../..", "*"), (".", "up/*"), (".", "../../*"), ("/etc", "*"), ("up", "**")])
def test_no_names_outside_the_tree_are_listed(directory: str, pattern: str, tree: Context) -> None:
    found = called("fileset", string(directory), string(pattern), context=tree)
    assert found.startswith(LATER)
    assert "outside the checked directory" in found


def test_the_names_inside_the_tree_are_listed(tree: Context) -> None:
    function = find("fileset")
    assert function
    found = function.call((string(".."), string("*.txt")), tree)
    assert [item.content for item in found.content] == ["beside.txt"]


def test_a_template_calls_no_template(tree: Context) -> None:
    def render(_text: str, _name: str, _variables: Mapping[str, Value]) -> Value:
        function = find("templatefile")
        assert function
        return function.call((string("inside.txt"), object_of({})), context)

    context = Context(tree.directory, tree.tree, render)
    found = called("templatefile", string("inside.txt"), object_of({}), context=context)
    assert "cannot recursively call templatefile from inside another template function" in found
    # The next template is not inside another, so it is rendered.
    assert called("templatefile", string("inside.txt"), object_of({}), context=tree) == "'inside.txt: inside []'"


_SECRET = string("hunter2").marked(True)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("tonumber", (_SECRET,)),
        ("parseint", (_SECRET, number(10))),
        ("jsondecode", (_SECRET,)),
        ("yamldecode", (string("[hunter2").marked(True),)),
        ("csvdecode", (string('"hunter2').marked(True),)),
        ("base64decode", (_SECRET,)),
        ("regex", (string("hunter2(").marked(True), string("a"))),
        ("cidrhost", (_SECRET, number(1))),
        ("timeadd", (_SECRET, string("1h"))),
        ("timecmp", (string("2020-01-01T00:00:00Z"), _SECRET)),
        ("formatdate", (string("YYYY"), _SECRET)),
        ("formatdate", (_SECRET, string("2020-01-01T00:00:00Z"))),
        ("format", (string("%d"), _SECRET)),
        ("format", (string("%hunter2").marked(True), string("a"))),
        ("file", (_SECRET,)),
        ("templatefile", (_SECRET, object_of({}))),
        ("templatestring", (string("a"), object_of({"hunter 2": _SECRET}))),
        ("lookup", (object_of({"a": string("b")}), _SECRET)),
        ("index", (list_of(STRING, [string("a")]), _SECRET)),
        ("textencodebase64", (string("a"), _SECRET)),
        ("regex", (string(r"\\p{Greek}hunter2").marked(True), string("a"))),
        ("formatlist", (string("%hunter2").marked(True), list_of(STRING, [string("a")]))),
        ("uuidv5", (_SECRET, string("a"))),
        ("tolist", (_SECRET,)),
        ("sum", (list_of(STRING, [_SECRET]),)),
        ("alltrue", (list_of(STRING, [_SECRET]),)),
        ("fileset", (string("."), string("[hunter2").marked(True))),
    ],
)
def test_no_secret_is_shown(name: str, arguments: tuple[Value, ...], tree: Context) -> None:
    found = called(name, *arguments, context=tree)
    assert found.startswith(("Error in function call.", "Invalid function argument.", LATER))
    assert "hunter2" not in found


class _Instance:
    """The content of a whole resource."""

    causes = ("aws_kms_key.main",)


@pytest.mark.parametrize("name", ["jsonencode", "yamlencode", "keys", "values", "merge", "length", "flatten", "tomap", "coalesce", "one"])
def test_a_whole_resource_is_pending(name: str) -> None:
    whole = Value(types.Resource("aws_kms_key"), _Instance())
    assert called(name, whole) == f"{LATER}aws_kms_key.main"
    assert called("lookup", whole, string("arn")) == f"{LATER}aws_kms_key.main"


def test_deferred_calls_are_pending() -> None:
    assert called("timestamp") == f"{LATER}timestamp()"
    assert called("uuid") == f"{LATER}uuid()"
    assert called("pathexpand", string("~/key")) == f"{LATER}pathexpand() of a home directory, which is another on every machine"
    assert called("bcrypt", string("a")).startswith(LATER)


def test_a_pending_argument_keeps_the_result_sensitive() -> None:
    function = find("format")
    assert function
    assert function.call((string("%s %s"), pending(STRING, "later"), _SECRET), Context("/", "/", _rendered)).sensitive


def test_an_unknown_argument_keeps_a_certain_type() -> None:
    function = find("upper")
    assert function
    assert function.call((pending(ANY, "later"),), Context("/", "/", _rendered)).type == STRING
    assert called("tobool", pending(ANY, "later")) == f"{LATER}later"
    assert called("issensitive", boolean(True)) == "False"
