"""All demands of an interface on a module, met and not met."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from dyncheck.catalog.rules import all_rules
from dyncheck.interface import InputContract, Interface, Module, ModuleInput, ModuleMatch, ModuleOutput, OutputContract
from dyncheck.model import Location, Unknown

(RULE,) = (rule for rule in all_rules() if rule.id == "interface-drift")
MAIN = Location("main.tf", 1, 1)
ABSENT = object()


class Said(NamedTuple):
    """All parts of a problem, or the path and the reason of an unknown."""

    path: str
    summary: str
    found: str = ""
    wanted: str = ""
    fix: str = ""


def said(
    *,
    wants: dict[str, InputContract | OutputContract],
    has: dict[str, ModuleInput | ModuleOutput],
    additional_inputs: Any = "with a default",
) -> list[Said]:
    """The problems of a module under an interface."""
    interface = Interface(
        module="shop",
        match=ModuleMatch("shop", "aws_dynamodb_table.shop"),
        inputs={name: wanted for name, wanted in wants.items() if isinstance(wanted, InputContract)},
        outputs={name: wanted for name, wanted in wants.items() if isinstance(wanted, OutputContract)},
        additional_inputs=additional_inputs,
    )
    inputs = {name: found for name, found in has.items() if isinstance(found, ModuleInput)}
    outputs = {name: found for name, found in has.items() if isinstance(found, ModuleOutput)}
    found: list[Said] = []
    try:
        for each in RULE.check(Module("module.shop", interface, inputs, outputs, MAIN)):
            found.append(Said(each.path, each.summary, each.found, each.expected, each.fix))
    except Unknown as reason:
        found.append(Said(reason.path, reason.why))
    return found


def variable(
    kind: str = "string",
    default: Any = ABSENT,
    *,
    nullable: bool = True,
    takes: Callable[[Any], bool | None] = lambda _: True,
    takes_others: bool | None = True,
) -> ModuleInput:
    """A variable; without validation, it accepts every value."""
    has_default = default is not ABSENT
    return ModuleInput(
        kind, has_default, default if has_default else None, nullable, takes, lambda _: takes_others, Location("main.tf", 2, 4)
    )


def output(*references: str, keys: frozenset[str] | None = None, value: Any = ABSENT) -> ModuleOutput:
    """An output; its value is known if it is given."""
    is_known = value is not ABSENT
    return ModuleOutput(frozenset(references), keys, value if is_known else None, is_known, Location("outputs.tf", 1, 3))


REQUIRED = InputContract("string", required=True)
OPTIONAL = InputContract("string")
MODES = InputContract("string", required=True, allowed=("ON", "OFF"))

ADDITIONAL = "Input {} is not in the interface, so callers do not set it"


@pytest.mark.parametrize(
    ("wanted", "found", "expected"),
    [
        pytest.param(REQUIRED, variable(), [], id="as it should be"),
        pytest.param(InputContract("map( string )", required=True), variable("map(string)"), [], id="white space in the interface"),
        pytest.param(InputContract("map(string)", required=True), variable("map(\n string )"), [], id="white space in the module"),
        pytest.param(REQUIRED, variable("number"), [Said("var.mode.type", "Input has the wrong type", "number", "string")], id="type"),
        pytest.param(
            REQUIRED,
            variable(default="a"),
            [Said("var.mode.default", "Input has a default but must be required", '"a"', "no default")],
            id="a default",
        ),
        pytest.param(OPTIONAL, variable(default=None), [], id="null as the default"),
        pytest.param(OPTIONAL, variable(), [Said("var.mode.default", "Input has the wrong default", "not set", "null")], id="no default"),
        pytest.param(
            OPTIONAL,
            variable(default="a"),
            [Said("var.mode.default", "Input has the wrong default", '"a"', "null")],
            id="other default",
        ),
        pytest.param(
            InputContract("string", required=True, nullable=False), variable(nullable=False), [], id="null refused as it should be"
        ),
        pytest.param(InputContract("string", required=True, nullable=True), variable(), [], id="null taken as it should be"),
        pytest.param(
            InputContract("string", required=True, nullable=False),
            variable(),
            [Said("var.mode.nullable", "Input mode accepts null", "", "nullable = false")],
            id="null taken",
        ),
        pytest.param(
            InputContract("string", required=True, nullable=True),
            variable(nullable=False),
            [Said("var.mode.nullable", "Input mode rejects null", "", "nullable = true")],
            id="null not taken",
        ),
        pytest.param(MODES, variable(takes_others=False), [], id="these values and no others"),
        pytest.param(MODES, variable(), [Said("var.mode", "Input mode accepts other values", "", 'only "ON" or "OFF"')], id="other values"),
        pytest.param(
            MODES,
            variable(takes=lambda value: value == "ON", takes_others=None),
            [Said("var.mode", 'Input mode rejects "OFF"', "", '"ON" or "OFF"')],
            id="one value refused, of others nobody knows",
        ),
        pytest.param(
            MODES,
            variable(takes=lambda value: True if value == "ON" else None, takes_others=False),
            [Said("var.mode", "has a validation whose allowed values cannot be determined")],
            id="one value of which nobody knows",
        ),
        pytest.param(
            MODES,
            variable(takes_others=None),
            [Said("var.mode", "has a validation whose allowed values cannot be determined")],
            id="others of which nobody knows",
        ),
    ],
)
def test_an_input(wanted: InputContract, found: ModuleInput, expected: list[Said]) -> None:
    assert said(wants={"mode": wanted}, has={"mode": found}) == expected


def test_a_missing_input_comes_with_its_block() -> None:
    assert said(wants={"mode": REQUIRED}, has={}) == [
        Said("var.mode", "Input mode is missing", fix='variable "mode" {\n  type = string\n}')
    ]


def test_additional_inputs() -> None:
    more: dict[str, ModuleInput | ModuleOutput] = {"given": variable(), "left": variable(default="a")}
    given = Said("var.given", ADDITIONAL.format("given"), fix="default = null")
    assert said(wants={}, has=more) == [given]
    assert said(wants={}, has=more, additional_inputs="none") == [
        given._replace(fix="# remove the variable given"),
        Said("var.left", ADDITIONAL.format("left"), fix="# remove the variable left"),
    ]


NAMES = OutputContract(refers_to=("b.name", "a.name"), keys=("b", "a"))


@pytest.mark.parametrize(
    ("wanted", "found", "expected"),
    [
        pytest.param(NAMES, output("a.name", "b.name", keys=frozenset("ab")), [], id="as it should be"),
        pytest.param(
            NAMES,
            output("c.name", "a.name"),
            [Said("output.names", "Output has the wrong reference", "a.name, c.name", "b.name, a.name")],
            id="other references",
        ),
        pytest.param(
            NAMES,
            output(),
            [Said("output.names", "Output has the wrong reference", "not a reference", "b.name, a.name")],
            id="no reference",
        ),
        pytest.param(
            NAMES,
            output("a.name", "b.name", keys=frozenset("ca")),
            [Said("output.names", "Output has the wrong keys", "{a, c}", "{a, b}")],
            id="other keys",
        ),
        pytest.param(
            NAMES, output("a.name", "b.name"), [Said("output.names", "has keys that are not known without a plan")], id="keys known later"
        ),
        pytest.param(OutputContract(value=["a"]), output(value=["a"]), [], id="the value as it should be"),
        pytest.param(
            OutputContract(value=["a"]),
            output(value="a"),
            [Said("output.names", "Output has the wrong value", '"a"', '["a"]')],
            id="another value",
        ),
        pytest.param(OutputContract(value=["a"]), output(), [Said("output.names", "is not known without a plan")], id="value known later"),
        pytest.param(OutputContract(), output("a.name"), [], id="nothing demanded of it"),
    ],
)
def test_an_output(wanted: OutputContract, found: ModuleOutput, expected: list[Said]) -> None:
    assert said(wants={"names": wanted}, has={"names": found}) == expected


@pytest.mark.parametrize(
    ("wanted", "value"),
    [
        (NAMES, "{\n    b = b.name\n    a = a.name\n  }"),
        (OutputContract(keys=("a", "b")), "{\n  }"),
        (OutputContract(refers_to=("a.name",)), "a.name"),
        (OutputContract(value=["a"]), '["a"]'),
    ],
    ids=["keys and references", "keys", "a reference", "a value"],
)
def test_a_missing_output_comes_with_its_block(wanted: OutputContract, value: str) -> None:
    assert said(wants={"names": wanted}, has={}) == [
        Said("output.names", "Output names is missing", fix=f'output "names" {{\n  value = {value}\n}}')
    ]


def test_an_unknown_part_does_not_hide_the_problems_of_another() -> None:
    assert said(wants={"mode": MODES, "names": NAMES}, has={"mode": variable(takes_others=None), "more": variable()}) == [
        Said("output.names", "Output names is missing", fix='output "names" {\n  value = {\n    b = b.name\n    a = a.name\n  }\n}'),
        Said("var.more", ADDITIONAL.format("more"), fix="default = null"),
        Said("var.mode", "has a validation whose allowed values cannot be determined"),
    ]
