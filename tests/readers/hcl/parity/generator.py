"""Writes whole random Terraform configurations, with tables and alarms that are right, wrong or not known yet.

    case(7, 5)       always the same configuration for the same seed and generation of the provider
    cases()          the hypothesis strategy

Only Terraform knows the values of a configuration. It refuses a few configurations.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any

from tests.readers.hcl.parity import provider_6
from tests.readers.hcl.parity.drawing import Draw
from tests.readers.hcl.parity.modules import Config, Each, EachKind, Module, Place, Variable, call_blocks, settings_text
from tests.readers.hcl.parity.resources import (
    ALARM,
    TOPIC_ARN,
    Placed,
    Spec,
    alarm_spec,
    holding,
    literal_json,
    table_spec,
    write_alarm,
    write_table,
)
from tests.readers.hcl.parity.values import Later, PerKey, Raw, Value, at_key, literal, unified
from tests.support.terraform import OFFLINE, REQUIRED

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

CAUSES = ("AccountLimit", "KeyRangeThroughput", "MaxOnDemandThroughput", "ProvisionedThroughput")


@dataclass(frozen=True)
class Case:
    """A configuration and its inputs.

    `root` is the directory of its root module; the names of variable files are relative to it. `is_bare` says that the
    variables set by the command line and the environment have no other value.
    """

    files: dict[str, str]
    root: str = "."
    var_files: tuple[str, ...] = ()
    variables: dict[str, str] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    is_bare: bool = False

    @property
    def inputs(self) -> tuple[str, ...]:
        """The inputs from the command line and the environment."""
        return (*self.var_files, *self.variables, *self.environment)

    @property
    def is_sensitive(self) -> bool:
        """Whether any value is marked as sensitive."""
        return any("sensitive" in text for text in self.files.values())


def case(seed: int, generation: int = 5) -> Case:
    """The configuration of this seed, for provider 5 or 6."""
    random = Random(seed) if generation == 5 else Random(f"{seed} of provider {generation}")
    return write(Draw(random.randint), generation)


def cases(generation: int = 5) -> SearchStrategy[Case]:
    """The hypothesis strategy for configurations for provider 5 or 6."""
    from hypothesis import strategies

    @strategies.composite
    def written(draw: Any) -> Case:
        return write(Draw(lambda low, high: int(draw(strategies.integers(low, high)))), generation)

    return written()


def write(draw: Draw, generation: int = 5) -> Case:
    """Write one configuration for provider 5 or 6."""
    config = Config(
        draw,
        environment_name=draw.choice(["dev", "prod", "staging", "test"]),
        is_bare=draw.chance(50),
        root="live/app" if draw.chance(15) else "",
        generation=generation,
    )
    _Scenario(draw, config, Module(config, config.root)).write()
    return _render(config)


# The tables, alarms and modules.


@dataclass
class _Scenario:
    """The tables, alarms and module calls of one configuration."""

    draw: Draw
    config: Config
    root: Module
    faults: int = 0
    tables: list[tuple[Placed, str, dict[str, Spec], Each | None]] = field(default_factory=list)
    has_west: bool = False
    alarm_names: list[Placed] = field(default_factory=list)
    region: Value = None

    @property
    def is_6(self) -> bool:
        """Whether the configuration is for provider 6."""
        return self.config.generation == 6

    def write(self) -> None:
        """Write the whole configuration."""
        draw = self.draw
        self.faults = draw.weighted({0: 15, 8: 40, 20: 32, 40: 13})
        self.has_west = draw.chance(35)
        whats = [what for what, percent in (("products", 92), ("sessions", 75), ("orders", 15)) if draw.chance(percent)] or ["products"]
        home = self.root
        if draw.chance(18):
            home = self._module(home, "stack", None)
        shape = draw.weighted({"flat": 34, "module": 34, "generic": 18, "split": 14})
        if shape == "flat":
            for what in whats:
                self._table(home, what, None)
            self._alarms(home)
        elif shape == "module":
            each = self._each_of_call() if draw.chance(45) else None
            inside = self._module(home, "dynamodb", each)
            for what in whats:
                self._table(inside, what, each)
            self._alarms(inside if draw.chance(75) else home)
        elif shape == "generic":
            each = Each(draw.choice(["map", "set", "separate"]), tuple(whats))
            self._generic_table(self._module(home, "table", each), each)
            self._alarms(self.tables[0][0].module if draw.chance(40) else home)
        else:
            for what in whats:
                self._table(self._module(home, f"{what}_table", None), what, None)
            self._alarms(self._module(home, "alarms", None) if draw.chance(65) else home)
        self._surroundings()

    def _module(self, parent: Module, name: str, each: Each | None) -> Module:
        module = Module(self.config, parent.child_directory(name), parent, name, each)
        if self.has_west and self.draw.chance(25):
            self._providers(module)
        return module

    def _providers(self, module: Module) -> None:
        """Pass the second provider from the root module to a module."""
        above = module.parent
        assert above
        if above.parent and not above.aliases:
            return
        if self.draw.chance(50):
            module.providers = ["aws = aws", "aws.west = aws.west"]
            module.aliases = ["west"]
        else:
            module.providers = ["aws = aws.west"]

    def _each_of_call(self) -> Each:
        draw = self.draw
        kind: EachKind = draw.choice(["map", "set", "count", "separate"])
        number = draw.weighted({1: 30, 2: 60, 3: 10})
        return Each(kind, ("0", "1", "2")[:number] if kind == "count" else ("dev", "prod", "qa")[:number])

    def _each_of_resource(self) -> Each | None:
        draw = self.draw
        kind: EachKind = draw.choice(["count", "map", "set"])
        number = draw.weighted({1: 45, 2: 45, 3: 10})
        return Each(kind, ("0", "1", "2")[:number] if kind == "count" else ("main", "eu", "us-2")[:number])

    def _prefix(self, outer: Each | None, key: str) -> str:
        """The prefix of the table name: the environment, or a part that differs between the calls."""
        if outer is None:
            return self.config.environment_name
        return f"{self.config.environment_name}{key}" if outer.kind == "count" else key

    def _specs_of(self, what: str, outer: Each | None, infix: str = "") -> Spec:
        """The table with the values of all calls of its module."""
        keys = outer.keys if outer else ("",)
        base = self._spec(what, self._prefix(outer, keys[0]) + infix)
        if outer is None:
            return base
        specs = {key: self._varied(base, what, self._prefix(outer, key) + infix) for key in keys}
        varied: Spec = {name: unified(outer, {key: spec[name] for key, spec in specs.items()}) for name in base}
        return varied

    def _spec(self, what: str, prefix: str) -> Spec:
        spec = table_spec(self.draw, what, prefix, self.faults)
        if self.is_6:
            provider_6.extend_table(self.draw, spec, self.faults)
        return spec

    def _varied(self, base: Spec, what: str, prefix: str) -> Spec:
        """The same table for another instance, with some different details."""
        if self.draw.chance(20):
            return self._spec(what, prefix)
        spec = dict(base)
        fresh = self._spec(what, prefix)
        for name in ("name", "tags", "deletion_protection_enabled", "recovery", "ttl", "encryption"):
            if name in ("name", "tags") or self.draw.chance(25):
                spec[name] = fresh[name]
        return spec

    def _table(self, module: Module, what: str, outer: Each | None) -> None:
        draw = self.draw
        name = draw.weighted({what: 75, "this": 12, f"{what}_table": 13})
        if any(placed.module is module and placed.name == name for placed, *_ in self.tables):
            name = what
        each = self._each_of_resource() if draw.chance(28) else None
        keys = each.keys if each else ("",)
        specs = {key: self._specs_of(what, outer, f"-{key}" if position else "") for position, key in enumerate(keys)}
        if each and len(keys) > 1 and draw.chance(60):
            specs = {key: self._with_own_name(specs[keys[0]], specs[key]) for key in keys}
        if self.is_6 and len(keys) == 2 and draw.chance(25):
            specs = {key: {**specs[keys[0]], "region": region} for key, region in zip(keys, provider_6.REGIONS[::2], strict=True)}
        if each and draw.chance(8):
            each.keys = ()
        if not each and draw.chance(4):
            each = Each("count", ())
        placed = self._written_table(module, name, specs, each)
        if placed.each is None or placed.each.keys:
            self.tables.append((placed, what, specs, outer))

    def _written_table(self, module: Module, name: str, specs: dict[str, Spec], each: Each | None) -> Placed:
        """Write a table; with provider 6 sometimes its indexes or a replica as resources of their own."""
        draw = self.draw
        is_empty = each is not None and not each.keys
        if not self.is_6 or is_empty:
            return write_table(module, name, specs, each, self._place_of(module))
        provider_6.list_keys(draw, specs, self.faults)
        indexes = provider_6.taken_indexes(specs) if draw.chance(35) else []
        has_replica = all(spec["replicas"] == [] for spec in specs.values()) and draw.chance(15)
        if has_replica and draw.chance(85):
            for spec in specs.values():
                provider_6.enable_stream(spec)
        placed = write_table(module, name, specs, each, self._place_of(module))
        for position, index in enumerate(indexes):
            provider_6.write_index(placed, f"{name}_{position}", index, specs, self.faults)
        if has_replica:
            provider_6.write_replica(placed, specs, self.faults)
        return placed

    def _with_own_name(self, base: Spec, other: Spec) -> Spec:
        return {**base, "name": other["name"], "tags": other["tags"], "ttl": other["ttl"] if self.draw.chance(30) else base["ttl"]}

    def _generic_table(self, module: Module, outer: Each) -> None:
        """One resource block that is another table in every call."""
        specs = {what: self._spec(what, self.config.environment_name) for what in outer.keys}
        spec: Spec = {name: unified(outer, {key: one[name] for key, one in specs.items()}) for name in next(iter(specs.values()))}
        placed = self._written_table(module, self.draw.choice(["this", "table"]), {"": spec}, None)
        self.tables.append((placed, "products", {"": spec}, outer))

    def _place_of(self, module: Module) -> list[tuple[str, str]]:
        is_root = module.parent is None and self.has_west
        return [("provider", "aws.west")] if (is_root or module.aliases) and self.draw.chance(12) else []

    # Alarms.

    def _alarms(self, home: Module) -> None:
        for table in self.tables:
            for _ in range(self.draw.weighted({1: 85, 2: 15})):
                self._alarms_of(home, *table)

    def _alarms_of(self, home: Module, placed: Placed, what: str, specs: dict[str, Spec], outer: Each | None) -> None:
        draw = self.draw
        if what != "products" and draw.chance(55):
            return
        stem = self.config.fresh(f"{what}_")
        if outer and home is not placed.module and home not in _inside(placed.module):
            self._alarms_for_calls(home, stem, placed, specs, outer)
            return
        arrangement = draw.weighted({"pair": 48, "metrics": 24, "count": 8, "query": 11, "chain": 6, "causes": 4, "one": 4, "none": 3})
        key = draw.choice(list(specs))
        self._choose_region(home, placed, specs[key], key, outer)
        dimensions = self._dimensions(home, placed, specs, key, outer)
        if arrangement == "pair":
            for kind in ("Read", "Write"):
                other = dimensions if draw.chance(60) else self._dimensions(home, placed, specs, key, outer)
                self._alarm(home, f"{stem}{kind.lower()}", {"": self._alarm_spec(f"{kind}ThrottleEvents", stem, other)}, None)
            if what == "products" and "TableName" in dimensions and draw.chance(20):
                for kind in ("Read", "Write"):
                    spec = self._alarm_spec(f"{kind}ThrottleEvents", stem, dimensions | {"GlobalSecondaryIndexName": "CategoryIndex"})
                    self._alarm(home, f"{stem}index_{kind.lower()}", {"": spec}, None)
        elif arrangement == "one":
            self._alarm(home, stem, {"": self._alarm_spec("ReadThrottleEvents", stem, dimensions)}, None)
        elif arrangement in ("metrics", "count"):
            self._alarm_for_metrics(home, stem, dimensions, arrangement)
        elif arrangement == "causes":
            each = Each(draw.choice(["set", "map"]), tuple(cause for cause in CAUSES if not draw.chance(self.faults // 4)))
            base = self._alarm_spec("ReadThrottleEvents", stem, dimensions)
            found = {cause: {**base, "metric_name": f"Read{cause}ThrottleEvents", "alarm_name": f"{stem}-{cause}"} for cause in each.keys}
            self._alarm(home, stem, found, each)
        elif arrangement == "query":
            self._alarm(home, stem, {"": self._query(stem, dimensions)}, None)
        elif arrangement == "chain":
            self._chained(home, stem, placed, dimensions)

    def _alarms_for_calls(self, home: Module, stem: str, placed: Placed, specs: dict[str, Spec], outer: Each) -> None:
        """One alarm block, with one instance for each instance of the module that contains the table."""
        draw = self.draw
        attribute = draw.choice(["name", "name", "name", "id"])
        inner = next(iter(specs))
        self._choose_region(home, placed, specs[inner], inner, outer)
        for kind in ("Read", "Write"):
            each = Each("count" if outer.kind == "count" else draw.choice(["set", "map"]), outer.keys)
            raws = {key: Raw(home.route(placed.module, f"{placed.address(inner)}.{attribute}", key)) for key in outer.keys}
            first = next(iter(outer.keys))
            bound = raws[first].text.replace(f'["{first}"]', "[each.key]")
            name: Value = PerKey(each, raws)
            if outer.kind in ("set", "map") and bound != raws[first].text and draw.chance(60):
                name = Raw(bound, is_bound=True)
            spec = self._alarm_spec(f"{kind}ThrottleEvents", stem, {"TableName": name})
            found = {key: {**spec, "alarm_name": f"{stem}-{key}-{kind}"} for key in outer.keys}
            self._alarm(home, f"{stem}{kind.lower()}", found, each)

    def _alarm_for_metrics(self, home: Module, stem: str, dimensions: Value, arrangement: str) -> None:
        draw = self.draw
        metrics = ("ReadThrottleEvents", "WriteThrottleEvents")
        if arrangement == "count":
            each = Each("count", ("0", "1"))
        else:
            each = Each(draw.choice(["set", "map"]), draw.choice([metrics, ("read", "write")]))
        found = {
            key: {**self._alarm_spec(metric, stem, dimensions), "alarm_name": f"{stem}-{key}"}
            for key, metric in zip(each.keys, metrics, strict=True)
        }
        if draw.chance(60):
            first = next(iter(found.values()))
            found = {key: {**first, "metric_name": spec["metric_name"], "alarm_name": spec["alarm_name"]} for key, spec in found.items()}
        if draw.chance(self.faults // 5):
            each.keys = each.keys[:1]
            found = {key: found[key] for key in each.keys}
        _level(found)
        self._alarm(home, stem, found, each)

    def _chained(self, home: Module, stem: str, placed: Placed, dimensions: Value) -> None:
        """An alarm for each instance of a table, with `for_each = aws_dynamodb_table.x`."""
        if placed.each is None or placed.each.kind == "count" or home is not placed.module:
            self._alarm(home, stem, {"": self._alarm_spec("WriteThrottleEvents", stem, dimensions)}, None)
            return
        table = f"aws_dynamodb_table.{placed.name}"
        name = self.draw.choice(["each.value.name", f"{table}[each.key].name", "each.value.id"])
        meta = ("for_each", table if self.draw.chance(70) else f"{{ for key, table in {table} : key => table }}")
        spec = self._alarm_spec("ReadThrottleEvents", stem, {"TableName": Raw(name, is_bound=True)})
        spec["alarm_name"] = Raw(f'"{stem}-${{each.key}}"', is_bound=True)
        write_alarm(home, stem, {"": spec}, None, [meta])

    def _alarm(self, home: Module, name: str, specs: dict[str, Spec], each: Each | None) -> None:
        if self.is_6 and each is None and self.draw.chance(4):
            specs = {key: provider_6.by_promql(spec) for key, spec in specs.items()}
        placed = write_alarm(home, name, specs, each, self._place_of(home))
        if each is None:
            self.alarm_names.append(placed)

    def _alarm_spec(self, metric: str, stem: str, dimensions: Value) -> Spec:
        name: Value = f"{self.config.environment_name}-{stem}-{metric}"
        spec = alarm_spec(self.draw, metric, name, dimensions, self.faults // 3)
        if self.is_6:
            provider_6.extend_alarm(self.draw, spec, self.region)
        return spec

    def _choose_region(self, home: Module, placed: Placed, table: Spec, key: str, outer: Each | None) -> None:
        """Choose the region of the next alarms: with provider 6 they have an argument for it."""
        if self.is_6:
            first = outer.keys[0] if outer and home is not placed.module else ""
            region = at_key(table["region"], outer, first) if first else table["region"]
            reference = home.route(placed.module, f"{placed.address(key)}.region", first)
            self.region = provider_6.region_of_alarm(self.draw, region, reference)

    def _dimensions(self, home: Module, placed: Placed, specs: dict[str, Spec], key: str, outer: Each | None) -> Value:
        draw = self.draw
        way = draw.weighted({"name": 50, "literal": 25, "id": 8, "other": 3 + self.faults // 4, "splat": 8})
        spec = specs[key]
        name: Value
        if way == "other":
            name = draw.choice([f"{self.config.environment_name}-orders", f"{self.config.environment_name}-product", "products"])
        elif way == "literal" and not isinstance(spec["name"], Later | PerKey):
            name = spec["name"]
        elif way == "splat" and placed.each and home is placed.module:
            name = Raw(self._splat(placed, key))
        else:
            outer_key = outer.keys[0] if outer and home is not placed.module else ""
            name = Raw(home.route(placed.module, f"{placed.address(key)}.{'id' if way == 'id' else 'name'}", outer_key))
        dimensions: dict[str, Value] = {"TableName": name}
        if draw.chance(8 + self.faults // 4):
            dimensions |= draw.choice(
                [{"GlobalSecondaryIndexName": "CategoryIndex"}, {"Operation": "GetItem"}, {"GlobalSecondaryIndexName": "Old"}]
            )
        return dimensions

    def _splat(self, placed: Placed, key: str) -> str:
        assert placed.each
        table = f"aws_dynamodb_table.{placed.name}"
        if placed.each.kind == "count":
            ways = [
                f"{table}.*.name[{key}]",
                f'try({table}[{key}].name, "")',
                f"element({table}[*].name, {key})",
                f"[for table in {table} : table.name][{key}]",
            ]
        else:
            ways = [f"element(values({table})[*].name, 0)", f"{{ for key, table in {table} : key => table.name }}[{literal(key)}]"]
            ways.append(f"[for key, table in {table} : table.name if key == {literal(key)}][0]")
        return self.draw.choice(ways)

    def _query(self, stem: str, dimensions: Value) -> Spec:
        draw = self.draw

        def metric(name: str) -> list[Spec]:
            return [{"namespace": "AWS/DynamoDB", "metric_name": name, "stat": "Sum", "period": 300, "dimensions": dimensions}]

        spec = {
            name: value
            for name, value in self._alarm_spec("ReadThrottleEvents", stem, {}).items()
            if name not in ("namespace", "metric_name", "statistic", "period", "dimensions", "unit")
        }
        way = draw.weighted({"one": 45, "sum": 45, "strange": 10})
        if way == "one":
            queries: list[Spec] = [{"id": "reads", "return_data": True, "metric": metric("ReadThrottleEvents")}]
        else:
            expression = "FILL(reads, 0) + FILL(writes, 0)" if way == "sum" else "IF(reads > 10, 1, 0)"
            queries = [
                {"id": "reads", "metric": metric("ReadThrottleEvents")},
                {"id": "writes", "metric": metric("WriteThrottleEvents")},
                {"id": "sum", "expression": expression, "label": "throttling", "return_data": True},
            ]
        return {**spec, "metric_query": queries}

    # The other blocks.

    def _surroundings(self) -> None:
        draw = self.draw
        root = self.root
        if self.alarm_names and draw.chance(14):
            self._composite(draw.choice(self.alarm_names))
        if draw.chance(8):
            root.add("main", "moved {\n  from = aws_dynamodb_table.former\n  to   = aws_dynamodb_table.products\n}")
        if draw.chance(6):
            root.add("main", "removed {\n  from = aws_sns_topic.former\n\n  lifecycle {\n    destroy = false\n  }\n}")
        if draw.chance(8):
            root.add("main", f'check "sense" {{\n  assert {{\n    condition     = {holding(root)}\n    error_message = "No."\n  }}\n}}')
        if draw.chance(8):
            root.add("main", 'data "aws_partition" "current" {}')
            root.locals.append((self.config.fresh("partition"), "data.aws_partition.current.partition"))
        if draw.chance(25):
            text = root.expression(draw.choice(["shown", 5, ["a", "b"], {"a": True}]), Place(depth=3, is_leaf=False))
            root.outputs.append((self.config.fresh("shown"), text))
        self._provider_blocks()

    def _composite(self, placed: Placed) -> None:
        draw = self.draw
        name = draw.choice([f"{placed.address()}.alarm_name", f"{placed.address()}.id", f"{placed.address()}.arn"])
        rule = draw.choice(["ALARM(${X})", 'ALARM(\\"${X}\\")', "ALARM(${X}) OR ALARM(other)", "OK(${X})"]).replace("X", name)
        actions = draw.choice([literal([TOPIC_ARN]), "[]", placed.module.expression([Later()], Place(depth=2))])
        placed.module.add(
            "alarms",
            f'resource "aws_cloudwatch_composite_alarm" "{placed.name}" {{\n  alarm_name = "all-{placed.name}"\n'
            f'  alarm_rule = "{rule}"\n  alarm_actions = {actions}\n}}',
        )
        assert placed.kind == ALARM

    def _provider_blocks(self) -> None:
        draw = self.draw
        tags = ""
        if draw.chance(15):
            given = draw.choice([{"Type": "DynamoDB"}, {"Owner": "shop"}, {"Name": "any", "Type": "DynamoDB"}])
            tags = f"  default_tags {{\n    tags = {self.root.expression(given, Place(depth=2, is_leaf=False))}\n  }}\n"
        text = OFFLINE % "us-east-1"
        if draw.chance(10):
            text = text.replace('"us-east-1"', self.root.expression("us-east-1", Place(depth=2, is_leaf=False)))
        required = REQUIRED
        if self.is_6 and draw.chance(70):
            required = REQUIRED.replace('"hashicorp/aws"', '"hashicorp/aws"\n      version = "~> 6.0"')
        blocks = required + f'\nprovider "aws" {{{text}{tags}}}\n'
        if self.has_west:
            blocks += '\nprovider "aws" {\n  alias = "west"' + OFFLINE % "us-west-2" + "}\n"
        self.root.add("providers", blocks)


def _inside(module: Module) -> tuple[Module, ...]:
    return tuple(other for other in module.config.modules if module in other.ancestors)


def _level(specs: dict[str, Spec]) -> None:
    """Give all alarms the same arguments, with null for the unset ones."""
    names = dict.fromkeys(name for spec in specs.values() for name in spec)
    for key, spec in specs.items():
        specs[key] = {name: spec.get(name) for name in names}


# The files.


def _render(config: Config) -> Case:
    draw = config.draw
    files: dict[str, str] = {}
    calls: dict[int, list[str]] = {}
    # From the last call to the first, because the text of a call may add blocks to the calling module.
    done: list[Module] = []
    while left := [module for module in config.modules if module.parent and module not in done]:
        done.append(left[-1])
        calls.setdefault(id(left[-1].parent), []).append(call_blocks(left[-1]))
    for module in config.modules:
        for name, blocks in _files_of(module, calls.get(id(module), [])).items():
            path = f"{module.directory}/{name}" if module.directory else name
            text = "\n\n".join(block.strip("\n") for block in blocks) + "\n"
            files[path] = text.replace("\n", "\r\n") if name.endswith(".tf") and draw.chance(3) else text
    files |= config.kept
    if draw.chance(10):
        config.settings.setdefault("terraform.tfvars", {})["nobody_declared"] = "this"
    if draw.chance(5):
        # Terraform does not read these.
        files |= {
            f"{config.root}/{name}".lstrip("/"): 'resource "aws_dynamodb_table" "products" {\n' for name in (".hidden.tf", "main.tf~")
        }
    for name, values in config.settings.items():
        path = f"{config.root}/{name}" if config.root else name
        files[path] = literal_json(values) + "\n" if name.endswith(".json") else settings_text(values)
    return Case(
        files=dict(sorted(files.items())),
        root=config.root or ".",
        var_files=tuple(name for name in ("more.tfvars", "last.tfvars") if name in config.settings),
        variables=config.variables,
        environment={f"TF_VAR_{name}": text for name, text in config.environment.items()},
        is_bare=config.is_bare,
    )


def _files_of(module: Module, calls: list[str]) -> dict[str, list[str]]:
    draw = module.config.draw
    is_split = draw.chance(60)
    files: dict[str, list[str]] = {}

    def add(file: str, text: str) -> None:
        files.setdefault(file, []).append(_commented(draw, text) if file.endswith(".tf") else text)

    if module.aliases:
        aliases = ", ".join(f"aws.{alias}" for alias in module.aliases)
        add(
            "versions.tf",
            'terraform {\n  required_providers {\n    aws = {\n      source = "hashicorp/aws"\n'
            f"      configuration_aliases = [{aliases}]\n    }}\n  }}\n}}",
        )
    for text in calls:
        add("main.tf", text)
    for name, text in module.blocks:
        if name.startswith("json:"):
            files[f"{name.removeprefix('json:')}.tf.json"] = [text]
        elif name == "overrides":
            add(draw.choice(["override.tf", "late_override.tf"]), text)
        else:
            add(f"{name}.tf" if is_split else "main.tf", text)
    for variable in module.variables:
        _write_variable(draw, variable, add, "variables.tf" if is_split else "main.tf")
    _write_locals(draw, module.locals, add, "locals.tf" if is_split else "main.tf")
    for name, text in module.outputs:
        add("outputs.tf" if is_split else "main.tf", f'output "{name}" {{\n  value = {text}\n}}')
    return files or {"main.tf": ["# Nothing is left here."]}


def _write_variable(draw: Draw, variable: Variable, add: Any, file: str) -> None:
    lines = list(variable.lines)
    if variable.constraint:
        lines.insert(0, f"type = {variable.constraint}")
    if variable.default is not None:
        default = variable.default
        if draw.chance(3) and default.startswith('"') and "validation" not in "".join(lines):
            add("override.tf", f'variable "{variable.name}" {{\n  default = {default}\n}}')
            default = '"replaced by an override"'
        lines.append(f"default = {default}")
    if draw.chance(5) and not any("validation" in line for line in lines):
        body: dict[str, Any] = {"type": variable.constraint} if variable.constraint else {}
        if variable.default is not None and variable.default[0] in '"tfn0123456789':
            body["default"] = json.loads(variable.default.replace("$${", "${").replace("%%{", "%{"))
        elif variable.default is not None:
            body = {}
        if body or not lines:
            if "sensitive = true" in lines:
                body["sensitive"] = True
            if "nullable = false" in lines:
                body["nullable"] = False
            add(f"{variable.name}.tf.json", literal_json({"variable": {variable.name: body}}))
            return
    inside = "".join(f"  {line}\n" for line in lines)
    add(file, f'variable "{variable.name}" {{\n{inside}}}' if lines else f'variable "{variable.name}" {{}}')


def _write_locals(draw: Draw, found: list[tuple[str, str]], add: Any, file: str) -> None:
    left = draw.shuffled(found) if draw.chance(50) else list(found)
    in_json = [(name, text) for name, text in left if "<<" not in text and draw.chance(4)]
    left = [entry for entry in left if entry not in in_json]
    if in_json:
        add("naming.tf.json", literal_json({"locals": {name: f"${{{text}}}" for name, text in in_json}}))
    while left:
        part, left = left[:4], left[4:]
        lines = []
        for name, text in part:
            if draw.chance(2):
                add("override.tf", f"locals {{\n  {name} = {text}\n}}")
                text = draw.choice(['"replaced by an override"', "null"])
            lines.append(f"  {name} = {text}\n")
        add(file, f"locals {{\n{''.join(lines)}}}")


def _commented(draw: Draw, text: str) -> str:
    if not draw.chance(6):
        return text
    comment = draw.choice(['# { "not" a block', "// count = 0", '/* resource "x" "y" {\n   ${ */', "#"])
    return f"{comment}\n{text}" if draw.chance(70) or "<<" in text else f"{text} # }}"
