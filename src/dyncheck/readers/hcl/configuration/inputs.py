"""The values that are given to the root module's variables, in Terraform's order of precedence.

Source: https://developer.hashicorp.com/terraform/language/values/variables#variable-definition-precedence
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

from msgspec import Struct

from dyncheck.errors import InputError, InputErrors
from dyncheck.readers.hcl.configuration.comments import readable
from dyncheck.readers.hcl.configuration.files import read_bytes, refuse_outside, shown
from dyncheck.readers.hcl.configuration.module import ConfigurationFault, Module
from dyncheck.readers.hcl.language.nodes import Argument, Expression, Span
from dyncheck.readers.hcl.language.syntax import SyntaxFault, parse_body
from dyncheck.readers.hcl.language.values import Value

_ENVIRONMENT = "TF_VAR_"


class Settings(Struct, frozen=True):
    """The variables of the command line, `(name, text)` for a `--var` and `("", path)` for a `--var-file`, and of the environment."""

    given: tuple[tuple[str, str], ...] = ()
    environment: Mapping[str, str] = {}

    @classmethod
    def of_process(cls, given: Iterable[tuple[str, str]] = ()) -> Settings:
        """The settings with the environment of this process."""
        named = {name: as_unicode(text) for name, text in os.environ.items() if name.startswith(_ENVIRONMENT)}
        # The name of a file stays as it is, because it may not be Unicode.
        return cls(tuple((name, as_unicode(text) if name else text) for name, text in given), named)


def as_unicode(text: str) -> str:
    """A text of the command line or the environment, with U+FFFD for each byte that is not UTF-8, as Terraform reads it."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


class Given(Struct, frozen=True):
    """The value that a variable is given: an expression of a file, a text of an option or the environment, or the `value` of a proof.

    `source` says where it comes from as the rest of "is set ...": `in terraform.tfvars`, `by --var`.
    """

    source: str
    expression: Expression | None = None
    text: str = ""
    span: Span | None = None
    value: Value | None = None


def root_inputs(
    module: Module, settings: Settings, trees: Iterable[str], overlay: Mapping[str, bytes] = {}
) -> tuple[Mapping[str, Given], tuple[str, ...]]:
    """The values for a root module's variables, of several the last one, and notices about them. `overlay` is as in `files.read_bytes`.

    Raises `InputError` when a file of values is invalid, or is not named and a link out of the trees.
    """
    values: dict[str, Given] = {}
    notices: list[str] = []
    for name, text in settings.environment.items():
        name = name.removeprefix(_ENVIRONMENT)
        if module.block("variable", name):
            values[name] = Given(f"by the environment variable {_ENVIRONMENT}{name}", text=text)
    for file in _automatic(module.directory):
        path = os.path.join(module.directory, file)
        refuse_outside(path, trees)
        _read_values(path, module, values, notices, overlay)
    for name, text in settings.given:
        if not name:
            _read_values(text, module, values, notices, overlay)
        elif module.block("variable", name):
            values[name] = Given("by --var", text=text)
    return values, tuple(notices)


def variable_files(module: Module, settings: Settings) -> tuple[str, ...]:
    """The paths of the files that give a root module's variables their values, as messages show them, in Terraform's order."""
    automatic = (os.path.join(module.directory, file) for file in _automatic(module.directory))
    named = (text for name, text in settings.given if not name)
    return tuple(map(shown, (*automatic, *named)))


def _automatic(directory: str) -> list[str]:
    """The files that give values without being named. A name that starts with a dot counts; of two, a dangling link does not."""
    first = [name for name in ("terraform.tfvars", "terraform.tfvars.json") if os.path.exists(os.path.join(directory, name))]
    return first + sorted(name for name in os.listdir(directory) if name.endswith((".auto.tfvars", ".auto.tfvars.json")))


def _read_values(path: str, module: Module, values: dict[str, Given], notices: list[str], overlay: Mapping[str, bytes]) -> None:
    for argument in values_of(path, overlay):
        if module.block("variable", argument.name):
            values[argument.name] = Given(f"in {argument.span.file}", argument.expression, span=argument.span)
        else:
            notices.append(
                f"{argument.span.file}:{argument.span.line}: Terraform ignores the value for {argument.name}, an undeclared variable."
            )


def values_of(path: str, overlay: Mapping[str, bytes] = {}) -> Iterable[Argument]:
    """The assignments of a file of values; `overlay` is as in `files.read_bytes`.

    Raises `InputError` when it cannot be read or is invalid.
    """
    if not path:
        raise InputError("The name of a file of values is empty. Name a .tfvars or .tfvars.json file.", kind="unreadable")
    if not os.path.exists(path):
        raise InputError(f"{path} does not exist. Name an existing .tfvars or .tfvars.json file.", kind="unreadable", path=shown(path))
    data = read_bytes(path, overlay)
    try:
        if path.endswith(".json"):
            from dyncheck.readers.hcl.configuration.json_blocks import parse_json_values

            return tuple(parse_json_values(data, shown(path)).arguments.values())
        body = parse_body(readable(data), shown(path))
    except SyntaxFault as fault:
        raise InputErrors((fault.shown,)) from None
    for block in body.blocks:
        raise ConfigurationFault(
            block.header, f'Unexpected "{block.type}" block. A file of values has only assignments, such as name = "value".'
        )
    return tuple(body.arguments.values())
