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

from dyncheck.dynamodb import hcl_block
from dyncheck.rule import InputContract, Module, ModuleInput, ModuleOutput, OutputContract, Problems, Unknown, each, error, literal, rule


@rule(Module, severity=error)
def check(module: Module) -> Problems:
    # One `each` for all parts: an unknown in one part does not hide the problems of another.
    parts = (
        *(partial(_input, module, *expected) for expected in module.interface.inputs.items()),
        *(partial(_output, module, *expected) for expected in module.interface.outputs.items()),
        *(partial(_additional, module, *found) for found in module.inputs.items()),
    )
    yield from each(parts, lambda part: part())


def _additional(module: Module, name: str, found: ModuleInput) -> Problems:
    may_have_more = module.interface.additional_inputs != "none"
    if name not in module.interface.inputs and not (found.has_default and may_have_more):
        summary = f"Input {name} is not in the interface, so callers do not set it"
        fix = "default = null" if may_have_more else f"# remove the variable {name}"
        yield module.problem(summary, found, path=f"var.{name}", fix=fix)


def _input(module: Module, name: str, expected: InputContract) -> Problems:
    found = module.inputs.get(name)
    path = f"var.{name}"
    if found is None:
        yield module.problem(f"Input {name} is missing", path=path, fix=hcl_block(f'variable "{name}"', type=expected.type))
        return
    for summary, argument, shown, demand in _differences(name, found, expected):
        yield module.problem(summary, found, path=f"{path}.{argument}", found=shown, expected=demand)
    if expected.allowed:
        yield from _values(module, name, found, expected)


def _differences(name: str, found: ModuleInput, expected: InputContract) -> Iterator[tuple[str, str, str, str]]:
    """The summary of each difference, the argument, and its found and expected value."""
    if _plain(found.type) != _plain(expected.type):
        yield "Input has the wrong type", "type", found.type, expected.type
    default = literal(found.default) if found.has_default else "not set"
    if expected.required and found.has_default:
        yield "Input has a default but must be required", "default", default, "no default"
    if not expected.required and (not found.has_default or found.default != expected.default):
        yield "Input has the wrong default", "default", default, literal(expected.default)
    if expected.nullable is not None and found.nullable is not expected.nullable:
        accepts = "accepts" if found.nullable else "rejects"
        yield f"Input {name} {accepts} null", "nullable", "", f"nullable = {literal(expected.nullable)}"


def _values(module: Module, name: str, found: ModuleInput, expected: InputContract) -> Problems:
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


def _output(module: Module, name: str, expected: OutputContract) -> Problems:
    found = module.outputs.get(name)
    path = f"output.{name}"
    if found is None:
        yield module.problem(f"Output {name} is missing", path=path, fix=hcl_block(f'output "{name}"', value=_value(expected)))
        return
    for part, shown, demand in _output_differences(path, found, expected):
        yield module.problem(f"Output has the wrong {part}", found, path=path, found=shown, expected=demand)


def _output_differences(path: str, found: ModuleOutput, expected: OutputContract) -> Iterator[tuple[str, str, str]]:
    """The part of the output that differs, at most one, and its found and expected value."""
    if expected.refers_to and found.references != frozenset(expected.refers_to):
        yield "reference", ", ".join(sorted(found.references)) or "not a reference", ", ".join(expected.refers_to)
    elif expected.keys and found.keys is None:
        raise Unknown(path, "has keys that are not known without a plan", found.location)
    elif expected.keys and found.keys != frozenset(expected.keys):
        yield "keys", _set(found.keys or ()), _set(expected.keys)
    elif expected.has_value and not found.is_known:
        raise Unknown(path, "is not known without a plan", found.location)
    elif expected.has_value and found.value != expected.value:
        yield "value", literal(found.value), literal(expected.value)


def _set(keys: Iterable[str]) -> str:
    return f"{{{', '.join(sorted(keys))}}}"


def _value(expected: OutputContract) -> str:
    if expected.keys:
        pairs = (f"    {key} = {reference}" for key, reference in zip(expected.keys, expected.refers_to, strict=False))
        return "\n".join(["{", *pairs, "  }"])
    return expected.refers_to[0] if expected.refers_to else literal(expected.value)


def _plain(kind: str) -> str:
    return "".join(kind.split())
