"""Links in a file: from the source of a module to its files, and from a rule in a comment to its page."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator

from lsprotocol.types import DocumentLink, Range

from dyncheck.catalog.rules import all_rules
from dyncheck.readers.hcl.configuration.calls import is_local, local_directory, source_of
from dyncheck.readers.hcl.configuration.files import configuration_in
from dyncheck.readers.hcl.language.nodes import Body, Span
from dyncheck.reporters.pages import page
from dyncheck.server.texts import Text

# The first file that people read of a module.
_FIRST = ("main.tf", "main.tofu", "README.md")

_REGISTRY = re.compile(r"(?:registry\.terraform\.io/)?([\w-]+)/([\w-]+)/([a-z0-9]+)(?://(.*))?\Z")
_OPENTOFU = re.compile(r"registry\.opentofu\.org/([\w-]+)/([\w-]+)/([a-z0-9]+)(?://.*)?\Z")
_GIT = re.compile(r"(?:git::)?(?:https://)?(github\.com|gitlab\.com|bitbucket\.org)/([\w.-]+/[\w.-]+?)(?:\.git)?(?://[^?]*)?(?:\?.*)?\Z")
_WAIVER = re.compile(r"dyncheck:\s*ignore\[([^\]\n]*)\]")


def links(path: str, body: Body, text: Text, uri_of: Callable[[str], str]) -> Iterator[DocumentLink]:
    """The links in a file with that real path and syntax tree."""
    for block in body.of_type("module"):
        if (found := source_of(block)) and (target := _target(os.path.dirname(path), found[0], uri_of)):
            yield DocumentLink(_inside_quotes(text, found[1]), target, "The source of the module")
    known = {rule.id for rule in all_rules()}
    for waiver in _WAIVER.finditer(text.text):
        for word in re.finditer(r"[\w-]+", waiver[1]):
            if word[0] in known:
                start = waiver.start(1) + word.start()
                place = Range(text.position(start), text.position(start + len(word[0])))
                yield DocumentLink(place, page(word[0]), "What the rule demands")


def _target(directory: str, source: str, uri_of: Callable[[str], str]) -> str:
    """The URI of the source of a module, empty for one that has none."""
    if is_local(source):
        return _file_in(local_directory(directory, source), uri_of)
    if found := _REGISTRY.match(source):
        inner = f"/latest/submodules/{found[4].rsplit('/', 1)[-1]}" if found[4] else ""
        return f"https://registry.terraform.io/modules/{found[1]}/{found[2]}/{found[3]}{inner}"
    if found := _OPENTOFU.match(source):
        return f"https://search.opentofu.org/module/{found[1]}/{found[2]}/{found[3]}"
    if found := _GIT.match(source):
        return f"https://{found[1]}/{found[2]}"
    return ""


def _file_in(directory: str, uri_of: Callable[[str], str]) -> str:
    try:
        with os.scandir(directory) as entries:
            names = sorted(entry.name for entry in configuration_in(entries))
    except OSError:
        return ""
    first = next((name for name in _FIRST if name in names), next(iter(names), ""))
    return uri_of(os.path.join(directory, first)) if first else ""


def _inside_quotes(text: Text, span: Span) -> Range:
    start, end = text.offset_at(span.line, span.column), text.offset_at(span.end_line, span.end_column)
    is_quoted = text.text[start : start + 1] == '"'
    return Range(text.position(start + is_quoted), text.position(end - is_quoted))
