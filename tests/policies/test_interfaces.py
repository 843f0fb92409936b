"""All demands of an interface on a module, satisfied and not satisfied."""

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


class Parts(NamedTuple):
    """All parts of a problem, or the path and the reason of an unknown."""

    path: str
    summary: str
    found: str = ""
    wanted: str = ""
    fix: str = ""


def problems(
    *,
    wants: dict[str, InputContract | OutputContract],
    has: dict[str, ModuleInput | ModuleOutput],
    additional_inputs: Any = "with a default",
) -> list[Parts]:
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
    found: list[Parts] = []
    try:
        for each in RULE.check(Module("module.shop", interface, inputs, outputs, MAIN)):
            found.append(Parts(each.path, each.summary, each.found, each.expected, each.fix))
    except Unknown as reason:
        found.append(Parts(reason.path, reason.why))
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
        pytest.param(REQUIRED, variable(), [], id="correct"),
        pytest.param(InputContract("map( string )", required=True), variable("map(string)"), [], id="white space in the interface"),
        pytest.param(InputContract("map(string)", required=True), variable("map(\n string )"), [], id="white space in the module"),
        pytest.param(
            REQUIRED, variable("number"), [Parts("var.mode.type", "Input has the wrong type", "number", "string")], id="another type"
        ),
        pytest.param(
            REQUIRED,
            variable(default="a"),
            [Parts("var.mode.default", "Input has a default but must be required", '"a"', "no default")],
            id="a default",
        ),
        pytest.param(OPTIONAL, variable(default=None), [], id="null as the default"),
        pytest.param(OPTIONAL, variable(), [Parts("var.mode.default", "Input has the wrong default", "not set", "null")], id="no default"),
        pytest.param(
            OPTIONAL,
            variable(default="a"),
            [Parts("var.mode.default", "Input has the wrong default", '"a"', "null")],
            id="another default",
        ),
        pytest.param(InputContract("string", required=True, nullable=False), variable(nullable=False), [], id="null correctly rejected"),
        pytest.param(InputContract("string", required=True, nullable=True), variable(), [], id="null correctly accepted"),
        pytest.param(
            InputContract("string", required=True, nullable=False),
            variable(),
            [Parts("var.mode.nullable", "Input mode accepts null", "", "nullable = false")],
            id="null accepted",
        ),
        pytest.param(
            InputContract("string", required=True, nullable=True),
            variable(nullable=False),
            [Parts("var.mode.nullable", "Input mode rejects null", "", "nullable = true")],
            id="null rejected",
        ),
        pytest.param(MODES, variable(takes_others=False), [], id="only the listed values"),
        pytest.param(
            MODES, variable(), [Parts("var.mode", "Input mode accepts other values", "", 'only "ON" or "OFF"')], id="other values"
        ),
        pytest.param(
            MODES,
            variable(takes=lambda value: value == "ON", takes_others=None),
            [Parts("var.mode", 'Input mode rejects "OFF"', "", '"ON" or "OFF"')],
            id="one value rejected and an unknown",
        ),
        pytest.param(
            MODES,
            variable(takes=lambda value: True if value == "ON" else None, takes_others=False),
            [Parts("var.mode", "has a validation whose allowed values cannot be determined")],
            id="one unknown value",
        ),
        pytest.param(
            MODES,
            variable(takes_others=None),
            [Parts("var.mode", "has a validation whose allowed values cannot be determined")],
            id="unknown other values",
        ),
    ],
)
def test_an_input(wanted: InputContract, found: ModuleInput, expected: list[Parts]) -> None:
    assert problems(wants={"mode": wanted}, has={"mode": found}) == expected


def test_the_fix_of_a_missing_input_is_its_block() -> None:
    assert problems(wants={"mode": REQUIRED}, has={}) == [
        Parts("var.mode", "Input mode is missing", fix='variable "mode" {\n  type = string\n}')
    ]


def test_additional_inputs() -> None:
    more: dict[str, ModuleInput | ModuleOutput] = {"given": variable(), "left": variable(default="a")}
    given = Parts("var.given", ADDITIONAL.format("given"), fix="default = null")
    assert problems(wants={}, has=more) == [given]
    assert problems(wants={}, has=more, additional_inputs="none") == [
        given._replace(fix="# remove the variable given"),
        Parts("var.left", ADDITIONAL.format("left"), fix="# remove the variable left"),
    ]


NAMES = OutputContract(refers_to=("b.name", "a.name"), keys=("b", "a"))


@pytest.mark.parametrize(
    ("wanted", "found", "expected"),
    [
        pytest.param(NAMES, output("a.name", "b.name", keys=frozenset("ab")), [], id="correct"),
        pytest.param(
            NAMES,
            output("c.name", "a.name"),
            [Parts("output.names", "Output has the wrong reference", "a.name, c.name", "b.name, a.name")],
            id="other references",
        ),
        pytest.param(
            NAMES,
            output(),
            [Parts("output.names", "Output has the wrong reference", "not a reference", "b.name, a.name")],
            id="no reference",
        ),
        pytest.param(
            NAMES,
            output("a.name", "b.name", keys=frozenset("ca")),
            [Parts("output.names", "Output has the wrong keys", "{a, c}", "{a, b}")],
            id="other keys",
        ),
        pytest.param(
            NAMES, output("a.name", "b.name"), [Parts("output.names", "has keys that are not known without a plan")], id="keys known later"
        ),
        pytest.param(OutputContract(value=["a"]), output(value=["a"]), [], id="the correct value"),
        pytest.param(
            OutputContract(value=["a"]),
            output(value="a"),
            [Parts("output.names", "Output has the wrong value", '"a"', '["a"]')],
            id="another value",
        ),
        pytest.param(OutputContract(value=["a"]), output(), [Parts("output.names", "is not known without a plan")], id="value known later"),
        pytest.param(OutputContract(), output("a.name"), [], id="no demand"),
    ],
)
def test_an_output(wanted: OutputContract, found: ModuleOutput, expected: list[Parts]) -> None:
    assert problems(wants={"names": wanted}, has={"names": found}) == expected


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
def test_the_fix_of_a_missing_output_is_its_block(wanted: OutputContract, value: str) -> None:
    assert problems(wants={"names": wanted}, has={}) == [
        Parts("output.names", "Output names is missing", fix=f'output "names" {{\n  value = {value}\n}}')
    ]


def test_an_unknown_part_does_not_hide_the_problems_of_another() -> None:
    assert problems(wants={"mode": MODES, "names": NAMES}, has={"mode": variable(takes_others=None), "more": variable()}) == [
        Parts("output.names", "Output names is missing", fix='output "names" {\n  value = {\n    b = b.name\n    a = a.name\n  }\n}'),
        Parts("var.more", ADDITIONAL.format("more"), fix="default = null"),
        Parts("var.mode", "has a validation whose allowed values cannot be determined"),
    ]
