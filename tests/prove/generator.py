"""Random modules with small domains, and all inputs in those domains, to compare proofs with."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import prod
from random import Random
from typing import Any

# The most inputs of one module.
MOST_INPUTS = 240


@dataclass(frozen=True)
class Made:
    """A module, and the values to try for each variable. `finite` says that its validations allow no other values."""

    text: str
    values: dict[str, list[Any]]
    finite: bool

    def inputs(self) -> Iterator[dict[str, Any]]:
        """Every combination of the values."""
        return (dict(zip(self.values, chosen, strict=True)) for chosen in itertools.product(*self.values.values()))


@dataclass
class _Module:
    random: Random
    variables: dict[str, str] = field(default_factory=dict)
    values: dict[str, list[Any]] = field(default_factory=dict)
    open: set[str] = field(default_factory=set)

    def choose(self, *options: str) -> str:
        return self.random.choice(options)

    def flag(self, chance: float = 0.5) -> bool:
        return self.random.random() < chance

    def add(
        self, name: str, kind: str, values: list[Any], *, conditions: tuple[str, ...] = (), finite: bool = True, default: str = ""
    ) -> None:
        nullable = self.flag(0.4)
        lines = [f"  type = {kind}"]
        if default and self.flag(0.6):
            lines.append(f"  default = {default}")
        if not nullable:
            lines.append("  nullable = false")
        for condition in conditions:
            lines.append(f'  validation {{\n    condition = {condition}\n    error_message = "No."\n  }}')
        self.variables[name] = "\n".join([f'variable "{name}" {{', *lines, "}"])
        self.values[name] = [*values, *([None] if nullable else [])]
        if not finite:
            self.open.add(name)

    def use(self, name: str) -> str:
        if name not in self.variables:
            getattr(self, f"_{name}")()
        return f"var.{name}"

    def _env(self) -> None:
        one_of, values = self.random.choice(
            [
                ('contains(["dev", "prod"], var.env)', ["dev", "prod", "x"]),
                ('contains(["", "dev", "prod"], var.env)', ["", "dev", "prod", "x"]),
                ('var.env == "prod" || var.env == "qa"', ["prod", "qa", "x"]),
                ('can(regex("^(dev|prod)$", var.env))', ["dev", "prod", "x", ""]),
                ('anytrue([for each in ["a", "prod"] : each == var.env])', ["a", "prod", "x"]),
            ]
        )
        if self.flag(0.6):
            self.add("env", "string", values, conditions=(one_of,), default='"dev"', finite="regex" not in one_of)
        else:
            guard = self.random.choice([(), ("length(var.env) > 0",), ('var.env != ""',), ('can(regex("^[a-z]{1,8}$", var.env))',)])
            self.add("env", "string", ["", "dev", "prod", "qa", "a b", "-products"], conditions=guard, finite=False)

    def _suffix(self) -> None:
        self.add("suffix", "string", ["products", "orders"], conditions=('contains(["products", "orders"], var.suffix)',))

    def _mode(self) -> None:
        if self.flag(0.7):
            allowed = self.random.choice([["PAY_PER_REQUEST", "PROVISIONED"], ["PROVISIONED"], ["PAY_PER_REQUEST", "FREE"]])
            listed = ", ".join(f'"{each}"' for each in allowed)
            self.add("mode", "string", [*allowed, "X"], conditions=(f"contains([{listed}], var.mode)",), default=f'"{allowed[0]}"')
        else:
            self.add("mode", "string", ["PAY_PER_REQUEST", "PROVISIONED", "", "X"], finite=False, default='"PROVISIONED"')

    def _class(self) -> None:
        listed = self.choose('["STANDARD", "STANDARD_INFREQUENT_ACCESS"]', '["STANDARD", "GLACIER"]')
        values = ["STANDARD", "STANDARD_INFREQUENT_ACCESS", "GLACIER"]
        self.add("class", "string", values, conditions=(f"contains({listed}, var.class)",), default='"STANDARD"')

    def _number(self, name: str) -> None:
        conditions: tuple[str, ...] = self.random.choice(
            [
                (f"contains([0, 1, 5], var.{name})",),
                (f"contains([1, 2], var.{name})",),
                (f"var.{name} >= 1",),
                (f"var.{name} > 0 && var.{name} <= 10",),
                (f'{self.use("mode")} != "PROVISIONED" || var.{name} >= 1',),
                (f"var.{name} == null ? true : var.{name} > 0",),
                (),
            ]
        )
        is_finite = any("contains" in condition for condition in conditions)
        self.add(name, "number", [-1, 0, 1, 2, 5], conditions=conditions, finite=is_finite, default="5")

    def _reads(self) -> None:
        self._number("reads")

    def _writes(self) -> None:
        self._number("writes")

    def _periods(self) -> None:
        self.add("periods", "number", [1, 2, 3], conditions=("contains([1, 2, 3], var.periods)",), default="2")

    def _threshold(self) -> None:
        self.add("threshold", "number", [0, 1, 80], conditions=("contains([0, 1, 80], var.threshold)",), default="0")

    def _flag(self, name: str) -> None:
        guard = (f"{self.choose('', '!')}var.{name}",) if self.flag(0.1) else ()
        self.add(name, "bool", [True, False], conditions=guard, default=self.choose("true", "false"))

    def _recovery(self) -> None:
        self._flag("recovery")

    def _encrypted(self) -> None:
        self._flag("encrypted")

    def _protected(self) -> None:
        self._flag("protected")

    def _alarms(self) -> None:
        self._flag("alarms")

    def _tags(self) -> None:
        values: list[Any] = [{}, {"Type": "X"}, {"Name": "n", "Type": "DynamoDB"}, {"Owner": "o"}]
        self.add("tags", "map(string)", values, finite=False, default="{}")

    def _actions(self) -> None:
        guard = self.random.choice([(), ("length(var.actions) > 0",), ("length(var.actions) <= 5",)])
        kind = self.choose("list(string)", "set(string)")
        self.add("actions", kind, [[], ["arn:a"], ["arn:a", "arn:b"]], conditions=guard, finite=False, default="[]")

    def _settings(self) -> None:
        kind = "object({ recovery = bool, encrypted = optional(bool, true), reads = optional(number) })"
        parts = itertools.product([True, False, None], [True, False], [0, 1, None])
        values = [{"recovery": recovery, "encrypted": encrypted, "reads": reads} for recovery, encrypted, reads in parts]
        self.add("settings", kind, values, finite=False)


def make(seed: int) -> Made:
    """One module, the same for the same seed. Modules with too many inputs are skipped."""
    for attempt in itertools.count():
        module = _Module(Random(f"{seed}.{attempt}"))
        resources = "\n\n".join((_table(module), *_alarms(module)))
        used = _used(module, resources)
        if prod(len(module.values[name]) for name in used) <= MOST_INPUTS:
            text = "\n\n".join((*(module.variables[name] for name in used), resources)) + "\n"
            return Made(text, {name: module.values[name] for name in used}, not module.open.intersection(used))
    raise AssertionError


def _used(module: _Module, text: str) -> list[str]:
    """The variables that a text refers to, and those that their validations refer to."""
    found = {name for name in module.variables if f"var.{name}" in text}
    for name in tuple(found):
        found.update(_used(module, module.variables[name].replace(f"var.{name}", "")))
    return sorted(found)


def _table(module: _Module) -> str:
    lines = [f"  name = {_name(module)}", '  hash_key = "id"', '  attribute {\n    name = "id"\n    type = "N"\n  }']
    if module.flag(0.8):
        lines.append(f"  billing_mode = {_billing(module)}")
    if module.flag(0.7):
        lines += [f"  read_capacity = {_capacity(module, 'reads')}", f"  write_capacity = {_capacity(module, 'writes')}"]
    if module.flag(0.4):
        lines.append(f"  table_class = {module.choose(module.use('class'), 'null', _by_env(module, 'STANDARD', 'GLACIER'))}")
    lines += [_recovery(module), _encryption(module)]
    if module.flag(0.5):
        lines.append(f"  deletion_protection_enabled = {_truth(module, 'protected')}")
    if module.flag(0.5):
        lines.append(f"  tags = {_tags(module)}")
    return "\n".join(['resource "aws_dynamodb_table" "products" {', *lines, "}"])


def _name(module: _Module) -> str:
    env = module.use("env")
    return module.choose(
        f'"${{{env}}}-products"',
        f'"${{{env}}}-${{{module.use("suffix")}}}"' if module.flag(0.3) else f'"${{{env}}}-orders"',
        f'format("%s-products", {env})',
        f'join("-", [{env}, "products"])',
        f'{env} == "" ? "default-products" : "${{{env}}}-products"',
        f'lower("${{{env}}}-products")',
        f'"${{lower({env})}}-products"',
        f'"app-${{{env}}}-products"',
        f'{env} == "prod" ? "prod-products" : "products"',
        f'"${{coalesce({env}, "none")}}-products"',
        f'endswith({env}, "-products") ? {env} : "${{{env}}}-products"',
    )


def _by_env(module: _Module, one: str, other: str) -> str:
    env = module.use("env")
    return module.choose(
        f'{env} == "prod" ? "{one}" : "{other}"',
        f'lookup({{ prod = "{one}", dev = "{other}" }}, {env}, "{one}")',
        f'contains(["prod", "qa"], {env}) ? "{other}" : "{one}"',
        f'{{ prod = "{one}", dev = "{other}", qa = "{one}" }}[{env}]',
    )


def _billing(module: _Module) -> str:
    mode = module.use("mode")
    return module.choose(
        mode,
        mode,
        '"PROVISIONED"',
        _by_env(module, "PROVISIONED", "PAY_PER_REQUEST"),
        f'{mode} == null ? "PAY_PER_REQUEST" : {mode}',
        f'{module.use("protected")} ? "PROVISIONED" : "PAY_PER_REQUEST"',
    )


def _capacity(module: _Module, name: str) -> str:
    number = module.use(name)
    return module.choose(
        f'{module.use("mode")} == "PROVISIONED" ? {number} : null',
        f'{module.use("mode")} == "PROVISIONED" ? {number} : null',
        number,
        f"max({number}, 1)",
        f"coalesce({number}, 5)",
        f"{number} > 0 ? {number} : 1",
        f"{number} + 1",
        "null",
        "5",
        f"try({{ dev = 1, prod = {number} }}[{module.use('env')}], 2)",
    )


def _truth(module: _Module, name: str) -> str:
    flag, env = module.use(name), module.use("env")
    return module.choose(
        flag,
        flag,
        f"!{flag}",
        f'{env} == "prod"',
        f'{env} == "prod" || {flag}',
        f'{env} != "prod" && {flag}',
        f'contains(["prod", "qa"], {env})',
        f"{flag} == null ? true : {flag}",
        f"coalesce({flag}, true)",
        f'startswith({env}, "p")',
        f"length({env}) > 0",
        "true",
    )


def _recovery(module: _Module) -> str:
    if module.flag(0.2):
        return (
            f'  dynamic "point_in_time_recovery" {{\n    for_each = {_truth(module, "recovery")} ? [1] : []\n'
            "    content {\n      enabled = true\n    }\n  }"
        )
    enabled = f"{module.use('settings')}.recovery" if module.flag(0.15) else _truth(module, "recovery")
    return f"  point_in_time_recovery {{\n    enabled = {enabled}\n  }}"


def _encryption(module: _Module) -> str:
    enabled = f"{module.use('settings')}.encrypted" if module.flag(0.15) else _truth(module, "encrypted")
    return f"  server_side_encryption {{\n    enabled = {enabled}\n  }}"


def _tags(module: _Module) -> str:
    tags, env = module.use("tags"), module.use("env")
    return module.choose(
        f'merge({tags}, {{ Name = "${{{env}}}-products-table", Type = "DynamoDB" }})',
        f'merge({{ Name = "n", Type = "DynamoDB" }}, {tags})',
        tags,
        f'{{ Name = {env}, Type = "DynamoDB" }}',
        f'length({tags}) > 0 ? {tags} : {{ Name = "n", Type = "DynamoDB" }}',
        f'{{ Name = lookup({tags}, "Name", "n"), Type = try({tags}["Type"], "DynamoDB") }}',
    )


def _alarms(module: _Module) -> Iterator[str]:
    for kind in ("Read", "Write")[: module.random.choice((0, 0, 1, 2))]:
        lines = [
            f'  alarm_name = "{kind}"',
            '  namespace = "AWS/DynamoDB"',
            f"  metric_name = {_metric(module, kind)}",
            '  comparison_operator = "GreaterThanThreshold"',
            f"  threshold = {module.choose('0', module.use('threshold') if module.flag(0.4) else '0')}",
            f"  evaluation_periods = {module.choose('2', module.use('periods') if module.flag(0.4) else '2')}",
            "  period = 300",
            '  statistic = "Sum"',
            '  treat_missing_data = "notBreaching"',
            "  dimensions = { TableName = aws_dynamodb_table.products.name }",
        ]
        if module.flag(0.4):
            lines.append(f"  alarm_actions = {module.choose(module.use('actions'), '[]', 'concat(' + module.use('actions') + ', [])')}")
        if module.flag(0.3):
            lines.insert(0, f"  count = {_truth(module, 'alarms')} ? 1 : 0")
        yield "\n".join([f'resource "aws_cloudwatch_metric_alarm" "{kind.lower()}" {{', *lines, "}"])


def _metric(module: _Module, kind: str) -> str:
    return module.choose(f'"{kind}ThrottleEvents"', _by_env(module, f"{kind}ThrottleEvents", "Nothing"))
