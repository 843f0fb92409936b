"""Module does not match its interface.

Why: callers set the inputs and read the outputs that the interface names. A missing one breaks their plan. Another type,
default or value changes their infrastructure without a warning.
Fix: declare the variable or output as in the interface, and give every additional input a default.
    variable "billing_mode" {
      type    = string
      default = "PAY_PER_REQUEST"

      validation {
        condition     = contains(["PAY_PER_REQUEST", "PROVISIONED"], var.billing_mode)
        error_message = "The billing mode must be PAY_PER_REQUEST or PROVISIONED."
      }
    }
"""

from collections.abc import Iterable, Iterator
from functools import partial

from dyncheck.rule import (
    InputContract,
    Module,
    ModuleInput,
    ModuleOutput,
    OutputContract,
    Problem,
    Problems,
    Unknown,
    each,
    error,
    literal,
    rule,
)


@rule(Module, severity=error)
def check(module: Module) -> Problems:
    # One `each` for all parts: an unknown in one part does not hide the problems of another.
    parts = (
        *(partial(_input, module, *expected) for expected in module.interface.inputs.items()),
        *(partial(_output, module, *expected) for expected in module.interface.outputs.items()),
        *(partial(_additional, module, *found) for found in module.inputs.items()),
    )
    yield from each(parts, lambda part: part())


def _additional(module: Module, name: str, found: ModuleInput) -> Iterator[Problem]:
    if name not in module.interface.inputs and (not found.has_default or module.interface.additional_inputs == "none"):
        yield module.problem(
            f"Input {name} is not in the interface, so callers do not set it",
            found,
            path=f"var.{name}",
            fix="default = null" if module.interface.additional_inputs != "none" else f"# remove the variable {name}",
        )


def _input(module: Module, name: str, expected: InputContract) -> Iterator[Problem]:
    found = module.inputs.get(name)
    path = f"var.{name}"
    if found is None:
        yield module.problem(f"Input {name} is missing", path=path, fix=f'variable "{name}" {{\n  type = {expected.type}\n}}')
        return
    if _plain(found.type) != _plain(expected.type):
        yield module.problem("Input has the wrong type", found, path=f"{path}.type", found=found.type, expected=expected.type)
    if expected.required and found.has_default:
        yield module.problem(
            "Input has a default but must be required",
            found,
            path=f"{path}.default",
            found=literal(found.default),
            expected="no default",
        )
    if not expected.required and (not found.has_default or found.default != expected.default):
        shown = literal(found.default) if found.has_default else "not set"
        yield module.problem("Input has the wrong default", found, path=f"{path}.default", found=shown, expected=literal(expected.default))
    if expected.nullable is not None and found.nullable is not expected.nullable:
        accepts = "accepts" if found.nullable else "rejects"
        demand = f"nullable = {literal(expected.nullable)}"
        yield module.problem(f"Input {name} {accepts} null", found, path=f"{path}.nullable", expected=demand)
    if expected.allowed:
        yield from _values(module, name, found, expected)


def _values(module: Module, name: str, found: ModuleInput, expected: InputContract) -> Iterator[Problem]:
    path = f"var.{name}"
    allowed = " or ".join(map(literal, expected.allowed))
    refused = [value for value in expected.allowed if found.takes(value) is False]
    if refused:
        yield module.problem(f"Input {name} rejects {literal(refused[0])}", found, path=path, expected=allowed)
    takes_others = found.takes_others(expected.allowed)
    if takes_others:
        yield module.problem(f"Input {name} accepts other values", found, path=path, expected=f"only {allowed}")
    if not refused and (takes_others is None or any(found.takes(value) is None for value in expected.allowed)):
        raise Unknown(path, "has a validation whose allowed values cannot be determined", found.location)


def _output(module: Module, name: str, expected: OutputContract) -> Iterator[Problem]:
    found = module.outputs.get(name)
    path = f"output.{name}"
    if found is None:
        yield module.problem(f"Output {name} is missing", path=path, fix=f'output "{name}" {{\n  value = {_value(expected)}\n}}')
    elif expected.refers_to and found.references != frozenset(expected.refers_to):
        shown = ", ".join(sorted(found.references)) or "not a reference"
        yield module.problem("Output has the wrong reference", found, path=path, found=shown, expected=", ".join(expected.refers_to))
    elif expected.keys and found.keys != frozenset(expected.keys):
        yield from _keys(module, path, found, expected)
    elif not isinstance(expected.value, type(OutputContract().value)):
        if not found.is_known:
            raise Unknown(path, "is not known without a plan", found.location)
        if found.value != expected.value:
            yield module.problem(
                "Output has the wrong value", found, path=path, found=literal(found.value), expected=literal(expected.value)
            )


def _keys(module: Module, path: str, found: ModuleOutput, expected: OutputContract) -> Iterator[Problem]:
    if found.keys is None:
        raise Unknown(path, "has keys that are not known without a plan", found.location)
    yield module.problem("Output has the wrong keys", found, path=path, found=_set(found.keys), expected=_set(expected.keys))


def _set(keys: Iterable[str]) -> str:
    return f"{{{', '.join(sorted(keys))}}}"


def _value(expected: OutputContract) -> str:
    if expected.keys:
        pairs = (f"    {key} = {reference}" for key, reference in zip(expected.keys, expected.refers_to, strict=False))
        return "\n".join(["{", *pairs, "  }"])
    return expected.refers_to[0] if expected.refers_to else literal(expected.value)


def _plain(kind: str) -> str:
    return "".join(kind.split())
