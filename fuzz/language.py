"""Targets in Terraform's language: its syntax, its values and its functions."""

from __future__ import annotations

import atexit
import json
import re
import shutil
import tempfile
from functools import cache
from pathlib import Path

from dyncheck.readers.hcl.configuration.comments import comments
from dyncheck.readers.hcl.configuration.instance import ModuleInstance
from dyncheck.readers.hcl.configuration.json_blocks import parse_json_configuration, parse_json_values
from dyncheck.readers.hcl.configuration.library import Modules
from dyncheck.readers.hcl.configuration.session import Session
from dyncheck.readers.hcl.evaluation import BudgetError, evaluate
from dyncheck.readers.hcl.functions import globs
from dyncheck.readers.hcl.language import numbers
from dyncheck.readers.hcl.language.nodes import Expression
from dyncheck.readers.hcl.language.problems import UnsureError
from dyncheck.readers.hcl.language.syntax import SyntaxFault, parse_body, parse_expression, parse_template
from dyncheck.readers.hcl.language.values import EvaluationError, Value, is_wholly_known
from dyncheck.regular.machine import Machine
from dyncheck.regular.problems import InvalidPattern, UnsurePattern
from dyncheck.regular.syntax import parse
from fuzz.target import REFUSED, TAKEN
from tests.readers.hcl.language.trees import drawn
from tests.recording.record_console import write_files
from tests.recording.record_expressions import SURROUNDINGS

# The limit of file systems.
_LONGEST_NAME = 255

_HEREDOC = re.compile(rb"<<")


def body(data: bytes) -> bool:
    """A file is a tree or one fault with a message.

    White space at the starts of lines and Windows line ends do not change the tree.
    """
    try:
        tree = parse_body(data, "main.tf")
    except SyntaxFault as fault:
        assert fault.render()
        return REFUSED
    comments("main.tf", data.decode())
    if not _HEREDOC.search(data) and b"\r" not in data and b'"' not in data and b"/*" not in data:
        # A byte order mark is ignored at the start of a file, and invalid later.
        apart = data.removeprefix(b"\xef\xbb\xbf")
        assert drawn(parse_body(b"\n\n  " + apart.replace(b"\n", b"\n\t "), "main.tf")) == drawn(tree)
        assert drawn(parse_body(apart.replace(b"\n", b"\r\n"), "main.tf")) == drawn(tree)
    return TAKEN


def json_body(data: bytes) -> bool:
    """A file in JSON is a tree or one fault."""
    taken = REFUSED
    for read in (parse_json_configuration, parse_json_values):
        try:
            read(data, "main.tf.json")
        except SyntaxFault as fault:
            assert fault.render()
        else:
            taken = TAKEN
    return taken


def expression(data: bytes) -> bool:
    """An expression has the same value or problem each time, or exceeds the budget. White space around it changes nothing."""
    try:
        text = data.decode()
        tree = parse_expression(f"{text}\n", "main.tf")
    except (UnicodeDecodeError, SyntaxFault):
        return REFUSED
    assert drawn(parse_expression(f" \t{text}\n", "main.tf")) == drawn(tree)
    found = _outcome(tree)
    assert found == _outcome(tree), "the same expression has two values"
    return TAKEN


def template(data: bytes) -> bool:
    """A template has a value or a problem, or exceeds the budget."""
    try:
        tree = parse_template(data.decode(), "x.tftpl")
    except (UnicodeDecodeError, SyntaxFault):
        return REFUSED
    _outcome(tree)
    return TAKEN


def round_trips(data: bytes) -> bool:
    """Decoders read the output of encoders as the same value."""
    try:
        text = data.decode()
        tree = parse_expression(f"jsonencode({text})\n", "main.tf")
        once = _evaluated(tree)
    except (UnicodeDecodeError, SyntaxFault, EvaluationError, BudgetError):
        return REFUSED
    if once.is_null or not is_wholly_known(once):
        return REFUSED
    for encode, decode in (("jsonencode", "jsondecode"), ("yamlencode", "yamldecode")):
        again = _evaluated(parse_expression(f"{encode}({decode}({encode}({text})))\n", "main.tf"))
        if is_wholly_known(again):
            assert again.content == _evaluated(parse_expression(f"{encode}({text})\n", "main.tf")).content, encode
    return TAKEN


def number(data: bytes) -> bool:
    """The text of a number is read as the same number."""
    try:
        found = numbers.parse(data.decode())
    except UnicodeDecodeError:
        return REFUSED
    # Negative zero has no text.
    if found is None or isinstance(found, numbers.Inexact):
        return REFUSED
    text = numbers.to_text(found)
    again = numbers.parse(text)
    assert again is not None, text
    assert numbers.to_text(again) == text
    return TAKEN


def pattern(data: bytes) -> bool:
    """A regular expression, and after a line end the text to look in: a match lies in the text, and where Python's `re` agrees on the
    syntax it finds the same."""
    try:
        written, _, text = data.decode().partition("\n")
        machine = Machine(parse(written), lambda steps: None)  # noqa: ARG005
        found = machine.match(text, 0)
    except (UnicodeDecodeError, InvalidPattern, UnsurePattern):
        return REFUSED
    if found is not None:
        start, end = found[0], found[1]
        assert start is not None
        assert end is not None
        assert 0 <= start <= end <= len(text)
    if _is_plain(written) and len(text) < 16 and len(written) < 24:
        expected = re.search(written, text)
        span = None if found is None else (found[0], found[1])
        assert span == (expected.span() if expected else None), (written, text)
    return TAKEN


# Patterns in which the two dialects cannot differ: no classes, no flags, no repetition of a part that may be empty.
_PLAIN = re.compile(r"(?:[abc.][*+?]?\??|\([abc.|]+\)\??|\|)*")


def _is_plain(written: str) -> bool:
    return _PLAIN.fullmatch(written) is not None and "??" not in written


def glob(data: bytes) -> bool:
    """A pattern for file names, and after a line end the name: it matches or not, or the pattern is invalid."""
    try:
        written, _, name = data.decode().partition("\n")
        globs.is_match(written, name[:_LONGEST_NAME], {})
    except (UnicodeDecodeError, EvaluationError, UnsureError):
        return REFUSED
    return TAKEN


def _outcome(tree: Expression) -> str:
    try:
        return repr(_evaluated(tree))
    except (EvaluationError, BudgetError) as problem:
        return f"{type(problem).__name__}: {problem}"


def _evaluated(tree: Expression) -> Value:
    module = surroundings()
    module.budget.renew()
    # Each execution has the budget of a whole root module.
    module.budget.all_steps, module.budget.text = module.budget.ALL_STEPS, module.budget.TEXT
    return evaluate(tree, module)


@cache
def surroundings() -> ModuleInstance:
    """A module with variables of every type, and files that functions can read."""
    directory = Path(tempfile.mkdtemp(prefix="dyncheck-fuzz-"))
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    write_files(directory)
    (directory / "main.tf").write_text(SURROUNDINGS)
    modules = Modules()
    root = str(directory.resolve())
    return ModuleInstance(Session(modules, root, root), modules.at(root))


@cache
def seeds() -> tuple[bytes, ...]:
    """The expressions and calls recorded with Terraform."""
    hcl = Path(__file__).parents[1] / "tests" / "readers" / "hcl"
    files = (hcl / "evaluation" / "expressions.json", *sorted((hcl / "functions").glob("*.json")))
    return tuple(case["expression"].encode() for file in files for case in json.loads(file.read_bytes()))


def template_seeds() -> tuple[bytes, ...]:
    """The templates recorded with Terraform."""
    file = Path(__file__).parents[1] / "tests" / "readers" / "hcl" / "evaluation" / "templates.json"
    return tuple(case["source"].encode() for case in json.loads(file.read_bytes()))


def literal_seeds() -> tuple[bytes, ...]:
    """Values to encode."""
    return (
        b'{ a = [1, 2.5, "x"], "b c" = { d = null, e = true } }',
        b'["", "0", "null", "~", "- a", "a: b", "1e3", "\\u2028", "\\n", " x "]',
    )


def number_seeds() -> tuple[bytes, ...]:
    """Numbers, large, small and odd."""
    return (b"0", b"-0", b"1e10", b"0.1", b"1e-400", b"123456789.000000001", b"1E+5", b"9" * 160, b"1e999999999", b"0x1p-2")


def pattern_seeds() -> tuple[bytes, ...]:
    """Patterns with a text to search."""
    first = (b"a*b|c+\nabcab", b"(a|b)*c\nabac", b"^(?i)x{2,3}$\nXX", b"[[:alpha:]_-]+?\\b\nfoo bar", b"(?P<n>\\d+)-\\pL\n12-a")
    return (*first, b"(a+)+$\naaaaaaaab", b"(?:a{1,30}){1,30}\naaa", b"\\Qa.b\\E|\\x{41}\na.b")


def json_seeds() -> tuple[bytes, ...]:
    """Configurations in JSON."""
    table = b'{"resource":{"aws_dynamodb_table":{"x":{"name":"${var.x}","ttl":[{}],"//":1}}}}'
    return (table, b'[{"locals":{"a":1}},{"variable":{"b":{}}}]', b'\xef\xbb\xbf{"locals":{}}')


def glob_seeds() -> tuple[bytes, ...]:
    """Patterns with a name."""
    return (b"*.tf\nmain.tf", b"**/[a-z]?.{json,txt}\nx/ab.json", b"[^a]\\*\nb*", b"{a,{b,c}}*\nbx")
