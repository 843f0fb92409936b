"""The marks of a fixture: the expected results as comments in a Terraform file.

    resource "aws_dynamodb_table" "off" { # expect: fail Point-in-time recovery is off: ...

A mark is one result that is not a pass, for the block around it. Everything without a mark must pass. A mark on a separate line
contains the address: `# expect: fail orders no table is ...`. `# require: orders` names tables that the run requires.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import Struct

_HEADER = re.compile(r'resource "(?P<type>\w+)" "(?P<name>[\w-]+)"')
_EXPECT = re.compile(r"# expect: (?P<status>\w+) (?P<message>.*)$")
_REQUIRE = "# require: "


class Expectation(Struct, frozen=True, order=True):
    """One result that is not a pass: its address without instance keys, its status, and its message."""

    address: str
    status: str
    message: str


def expectations(lines: Iterable[str]) -> tuple[tuple[Expectation, int], ...]:
    """Every mark with its line, counted from 1."""
    found: list[tuple[Expectation, int]] = []
    address = ""
    for number, line in enumerate(lines, 1):
        address = address_of(line) or address
        if mark := _EXPECT.search(line):
            message = mark["message"].rstrip()
            if line.startswith("# expect"):
                address, _, message = message.partition(" ")
            found.append((Expectation(address, mark["status"], message), number))
    return tuple(found)


def required(lines: Iterable[str]) -> tuple[str, ...]:
    """The tables that the run requires."""
    return tuple(word for line in lines if line.startswith(_REQUIRE) for word in line[len(_REQUIRE) :].split())


def address_of(line: str) -> str:
    """The address of the resource whose block starts on a line; empty for another line."""
    header = _HEADER.match(line)
    return f"{header['type']}.{header['name']}" if header else ""
