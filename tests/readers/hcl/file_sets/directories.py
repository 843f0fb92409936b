"""Directories of odd file names, and what dyncheck makes of them, in the words of the recording of Terraform.

`recorded.jsonl.xz` has the answers of Terraform. `make recordings` records them again.
"""

from __future__ import annotations

import base64
import json
import lzma
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.json import Decoder, encode

from dyncheck.errors import InputError, UsageError
from dyncheck.readers.hcl.configuration import conditions
from dyncheck.readers.hcl.configuration.inputs import Settings, root_inputs
from dyncheck.readers.hcl.configuration.instance import ModuleInstance
from dyncheck.readers.hcl.configuration.library import Modules
from dyncheck.readers.hcl.configuration.unread import unread_calls
from dyncheck.readers.hcl.evaluation import LocatedError, evaluate
from dyncheck.readers.hcl.language.syntax import parse_expression
from dyncheck.readers.hcl.language.values import EvaluationError, plain
from dyncheck.readers.hcl.reader import instances_of, root_of
from tests.readers.hcl.functions.console_format import printed

RECORDED = Path(__file__).parent / "recorded.jsonl.xz"

# Stands for the directory in a file.
ABSOLUTE = "ABS"


class Directory(Struct, frozen=True, omit_defaults=True):
    """A directory and a question about it.

    The content of a file is text, or base64 after `base64:`. `links` have their targets, `directories` are empty ones. `options` and
    `environment` are those of the run, which is about the directory `inside`. `ask` is an expression, `plan:addresses` for the instances
    of the resources, `plan:inputs` for their argument `input` as well, or `plan:outputs`. `answer` is that of Terraform, `error: TITLE`
    where it refuses the directory.
    """

    name: str
    files: dict[str, str]
    ask: str
    answer: str
    links: dict[str, str] = {}
    directories: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    environment: dict[str, str] = {}
    inside: str = ""

    @property
    def is_refused(self) -> bool:
        """Whether Terraform refuses the directory."""
        return self.answer.startswith("error: ")


def recorded() -> tuple[Directory, ...]:
    """Every recorded directory."""
    return tuple(map(Decoder(Directory).decode, lzma.decompress(RECORDED.read_bytes()).splitlines()))


def record(directories: Iterator[Directory]) -> None:
    """Write the recording."""
    RECORDED.write_bytes(lzma.compress(b"".join(encode(each) + b"\n" for each in directories)))


def write(case: Directory, top: Path) -> Path:
    """Write a directory below another one, and return it."""
    home = top / "case"
    home.mkdir()
    for name, content in case.files.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        is_text = not content.startswith("base64:")
        path.write_bytes(content.replace(ABSOLUTE, str(home)).encode() if is_text else base64.b64decode(content.removeprefix("base64:")))
    for name in case.directories:
        (home / name).mkdir(parents=True, exist_ok=True)
    for name, target in case.links.items():
        (home / name).symlink_to(target)
    return home


def answer(case: Directory, top: Path) -> str:
    """What dyncheck makes of a directory: the same words as Terraform, `unknown` or `error: MESSAGE`."""
    with _working_in(write(case, top) / case.inside):
        try:
            found = _answer(case, top)
        except (InputError, UsageError, LocatedError, EvaluationError) as error:
            return f"error: {error}"
    return found.replace(str(top / "case"), ABSOLUTE)


def _answer(case: Directory, top: Path) -> str:
    modules = Modules()
    modules.trees.add(os.path.realpath(top))
    root = root_of(".", os.path.realpath(top), modules)
    given, _ = root_inputs(root.module, Settings(tuple(_given(case.options)), case.environment), modules.trees)
    _refuse_undeclared(root, case.options)
    root = ModuleInstance(root.session, root.module, given=given)
    instances = instances_of(root)
    resources = {
        resource.address: resource
        for module in instances
        for block in module.module.of_type("resource")
        for resource in root.session.attempt(block.header, partial(module.instances, block)) or ()
    }
    for module in instances:
        list(conditions.conditions(module))
    match case.ask:
        case "plan:addresses":
            found = " ".join(sorted(resources))
        case "plan:inputs":
            found = "; ".join(f"{address} = {plain(resource.attribute('input'))}" for address, resource in sorted(resources.items()))
        case "plan:outputs":
            values = {block.labels[0]: plain(root.output(block.labels[0])) for block in root.module.of_type("output")}
            found = outputs(values)
        case _:
            found = printed(evaluate(parse_expression(case.ask, "question"), root))
    if root.session.refusals:
        return f"error: {root.session.refusals[0]}"
    if any(unread_calls(instances)):
        return "unknown"
    return "unknown" if "known after apply" in found else found


@contextmanager
def _working_in(directory: Path) -> Iterator[None]:
    before = os.getcwd()
    os.chdir(directory)
    try:
        yield
    finally:
        os.chdir(before)


def _given(options: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The values of `-var` and `-var-file`, as dyncheck keeps them."""
    remaining = iter(options)
    for option in remaining:
        if option == "-var":
            name, _, text = next(remaining).partition("=")
            yield name, text
        else:
            yield "", option.removeprefix("-var-file=")


def _refuse_undeclared(root: ModuleInstance, options: Iterable[str]) -> None:
    for name, _ in _given(options):
        if name and root.module.block("variable", name) is None:
            raise UsageError(f"--var sets the variable {name}, which no module declares.")


def outputs(values: Mapping[str, Any]) -> str:
    """Outputs in the words of an answer."""
    return json.dumps(values, sort_keys=True)


def agrees(case: Directory, found: str) -> bool:
    """Whether dyncheck says the same as Terraform, or that it does not know."""
    return found == "unknown" or (found.startswith("error: ") if case.is_refused else found == case.answer)
