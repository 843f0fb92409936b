"""Reads a log as CI services do. This follows the sources of the services and is independent of dyncheck.

actions/runner, src/Runner.Common/ActionCommand.cs: `::command k=v,k=v::data` after leading white space (version 2), else
`##[command k=v;k=v]data` anywhere in a line (version 1). Both searches are culture-sensitive and skip
characters that Unicode calls ignorable. Azure's agent looks for `##vso[`, TeamCity for `##teamcity[`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_IGNORABLE = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\ufe00-\ufe0f\u180b-\u180f\ufff0-\ufff8\U000e0000-\U000e0fff]")
_REGISTERED = {
    *("add-mask", "add-matcher", "add-path", "debug", "echo", "endgroup", "error", "group", "internal-set-repo-path", "notice"),
    *("remove-matcher", "save-output", "save-state", "set-env", "set-output", "stop-commands", "warning"),
}


@dataclass(frozen=True)
class Command:
    """A command that the runner would execute."""

    name: str
    properties: dict[str, str]
    data: str


def commands(output: str) -> list[Command]:
    """The commands in a log, in order. A line that only resembles a command counts as a command with the name `?`."""
    found = (_command(line) for line in re.split("[\r\n\x0b\x0c\x85\u2028\u2029]", output))
    return [command for command in found if command]


def _command(line: str) -> Command | None:
    seen = "".join(character for character in line if unicodedata.category(character) not in ("Cc", "Cf", "Cs"))
    seen = _IGNORABLE.sub("", seen).lstrip()
    if seen.startswith("::"):
        return _second(seen) or Command("?", {}, seen)
    if re.search(r"##(\w+)?\[", seen):
        return Command("?", {}, seen)
    return None


def _second(line: str) -> Command | None:
    head, separator, data = line[2:].partition("::")
    name, _, text = head.partition(" ")
    if not separator or name not in _REGISTERED:
        return None
    pairs = (pair.split("=", 1) for pair in text.strip().split(",") if pair)
    properties = {
        pair[0]: _decoded(pair[1], {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ","}) for pair in pairs if len(pair) == 2 and pair[1]
    }
    return Command(name, properties, _decoded(data, {"%0D": "\r", "%0A": "\n"}))


def _decoded(text: str, tokens: dict[str, str]) -> str:
    for token, character in tokens.items():
        text = text.replace(token, character)
    return text.replace("%25", "%")
