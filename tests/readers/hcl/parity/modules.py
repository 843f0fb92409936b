"""The modules of a configuration: variables, locals, outputs, blocks and calls, which the generator adds step by step."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from tests.readers.hcl.parity import expressions
from tests.readers.hcl.parity.drawing import Draw
from tests.readers.hcl.parity.values import (
    Later,
    PerKey,
    Raw,
    Value,
    any_part,
    at_key,
    decoy,
    depends_on,
    escaped,
    is_plain,
    key_of,
    literal,
    typed,
)

EachKind = Literal["count", "set", "map", "separate"]


@dataclass(frozen=True)
class Place:
    """The place of an expression.

    `each` is the domain whose `each` or `count` may be used here; `is_leaf` allows a sensitive value,
    `is_top` allows a heredoc; `depth` is the number of levels that the expression may still nest.
    """

    each: Each | None = None
    depth: int = 3
    is_leaf: bool = True
    is_top: bool = False

    @property
    def inner(self) -> Place:
        """The place of a part of the expression."""
        return replace(self, depth=self.depth - 1, is_top=False)


class Each:
    """The instances of a resource or a module call. While its body is written, it collects the columns of its map."""

    def __init__(self, kind: EachKind, keys: tuple[str, ...]) -> None:
        self.kind = kind
        self.keys = keys
        self.columns: dict[str, dict[str, Value]] = {}

    def reference(self, module: Module, value: PerKey, place: Place) -> str:
        """An expression for the value of the current instance."""
        draw = module.config.draw
        outer = replace(place.inner, each=None, is_leaf=False)
        if self.kind == "count":
            items = module.expression([value.values[key] for key in self.keys], outer)
            return f"element({items}, count.index)" if draw.chance(30) else f"{items}[count.index]"
        if all(item == key for key, item in value.values.items()):
            return "each.value" if self.kind == "set" and draw.chance(40) else "each.key"
        around = _around(value.values)
        if around and draw.chance(75):
            return f'"{escaped(around[0])}${{each.key}}{escaped(around[1])}"'
        if self.kind == "map" and draw.chance(75):
            return self._column(draw, value)
        table = module.expression(dict(value.values), outer)
        if all(isinstance(item, str) for item in value.values.values()) and draw.chance(30):
            return f'lookup({table}, each.key, "none")'
        return f"{table}[each.key]"

    def _column(self, draw: Draw, value: PerKey) -> str:
        name = next((name for name, column in self.columns.items() if column == value.values), f"part{len(self.columns)}")
        self.columns[name] = dict(value.values)
        return draw.choice(
            [f"each.value.{name}", f'each.value["{name}"]', f"try(each.value.{name}, null)", f'lookup(each.value, "{name}", null)']
        )

    def meta(self, module: Module, depth: int = 2) -> tuple[str, str]:
        """The meta-argument: its name and its expression."""
        draw = module.config.draw
        place = Place(depth=depth, is_leaf=False)
        if self.kind == "count":
            number = len(self.keys)
            if number < 2 and draw.chance(40):
                return "count", f"{module.expression(bool(number), place)} ? 1 : 0"
            if draw.chance(25):
                return "count", f"length({module.expression(list(map(str, self.keys)), place)})"
            return "count", module.expression(number, place)
        if self.kind == "set":
            return "for_each", f"toset({module.expression(draw.shuffled(self.keys), place)})"
        rows = {key: {name: column[key] for name, column in self.columns.items()} or {"part": key} for key in self.keys}
        return "for_each", module.expression(rows, place)

    def index(self, key: str) -> str:
        """The index in the address of one instance."""
        return f"[{key}]" if self.kind == "count" else f"[{literal(key)}]"


def _around(values: Mapping[str, Value]) -> tuple[str, str] | None:
    """The text before and after the key in the values, if it is the same in all of them."""
    found = set()
    for key, value in values.items():
        if not isinstance(value, str) or key not in value:
            return None
        before, _, behind = value.partition(key)
        found.add((before, behind))
    return found.pop() if len(found) == 1 else None


@dataclass
class Variable:
    """An input variable of a module."""

    name: str
    constraint: str | None
    default: str | None = None
    lines: tuple[str, ...] = ()


@dataclass
class Config:
    """A configuration that is being written, and its inputs."""

    draw: Draw
    environment_name: str
    is_bare: bool
    root: str = ""
    generation: int = 5
    kept: dict[str, str] = field(default_factory=dict)
    settings: dict[str, dict[str, Value]] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    modules: list[Module] = field(default_factory=list)
    names: int = 0

    def fresh(self, stem: str) -> str:
        """A unique name."""
        self.names += 1
        return f"{stem}{self.names}"

    def give(self, variable: Variable, value: Value) -> None:
        """Set a variable of the root module in any possible way, and set other values in ways that it overrides."""
        strength = [
            "default",
            "TF_VAR_",
            "terraform.tfvars",
            "terraform.tfvars.json",
            "one.auto.tfvars",
            "two.auto.tfvars.json",
            "more.tfvars",
            "last.tfvars",
            "-var",
        ]
        source = self.draw.weighted(
            {"default": 40, "terraform.tfvars": 14, "TF_VAR_": 9, "terraform.tfvars.json": 6, "one.auto.tfvars": 7}
            | {"two.auto.tfvars.json": 5, "more.tfvars": 7, "last.tfvars": 3, "-var": 10}
        )
        weaker = strength[: strength.index(source)]
        if source in ("TF_VAR_", "-var", "more.tfvars", "last.tfvars") and self.is_bare:
            weaker = []
        self._put(variable, source, value)
        for other in weaker:
            if other != source and self.draw.chance(20 if other == "default" else 6):
                self._put(variable, other, decoy(value))

    def _put(self, variable: Variable, source: str, value: Value) -> None:
        if source == "default":
            variable.default = literal(value)
        elif source in ("TF_VAR_", "-var"):
            if variable.constraint is None and (value is None or isinstance(value, list | dict)):
                variable.constraint = "any"
            plain = isinstance(value, str) and variable.constraint in (None, "string")
            text = value if plain else literal(value) if self.draw.chance(60) else json.dumps(value)
            (self.environment if source == "TF_VAR_" else self.variables)[variable.name] = text
        else:
            self.settings.setdefault(source, {})[variable.name] = value


class Module:
    """One module of a configuration and, unless it is the root module, its calls."""

    def __init__(self, config: Config, directory: str, parent: Module | None = None, call: str = "", each: Each | None = None) -> None:
        self.config = config
        self.directory = directory
        self.parent = parent
        self.call = call
        self.each = each
        self.blocks: list[tuple[str, str]] = []
        self.locals: list[tuple[str, str]] = []
        self.variables: list[Variable] = []
        self.arguments: dict[str, dict[str, str]] = {}
        self.outputs: list[tuple[str, str]] = []
        self.providers: list[str] = []
        self.aliases: list[str] = []
        self._later: list[str] = []
        self._memory: dict[tuple[str, bool], list[str]] = {}
        self._routed: dict[tuple[str, str], str] = {}
        self._environment: str | None = None
        self._settings: Module | None = None
        config.modules.append(self)

    # Expressions.

    def expression(self, value: Value, place: Place) -> str:
        """Write a value in one of the possible ways."""
        if isinstance(value, PerKey):
            if place.each is value.domain:
                return place.each.reference(self, value, place)  # type: ignore[union-attr]
            return self.variable(value, place)
        if place.depth <= 0:
            return self._plainly(value, place)
        draw = self.config.draw
        is_free = place.each is None or not depends_on(value, place.each)
        options = {"plainly": 46, "way": 26, "local": 14, "variable": 11, "output": 3, "again": 6}
        if isinstance(value, list | dict):
            options |= {"plainly": 54, "way": 20}
        if any_part(value, lambda part: isinstance(part, Raw)):
            options = {"plainly": 60, "way": 28, "local": 12}
        if not is_free or _is_bound(value):
            options = {"plainly": 70, "way": 30}
        match draw.weighted(options):
            case "way":
                return self._way(value, place)
            case "local":
                return self.local(value, place)
            case "variable":
                return self.variable(value, place)
            case "output":
                return self._output_of_settings(value, place)
            case "again":
                known = self._memory.get((repr(value), place.is_leaf)) if is_plain(value) else None
                return draw.choice(known) if known else self._plainly(value, place)
            case _:
                return self._plainly(value, place)

    def condition(self, truth: bool, place: Place) -> str:
        """A condition that is `truth`, with constants or with the name of the environment."""
        if place.depth < -2:
            return literal(truth)
        return expressions.condition(_Writer(self, place), truth)

    def _way(self, value: Value, place: Place) -> str:
        ways = expressions.ways(value)
        for _ in range(3):
            text = self.config.draw.weighted(ways)(_Writer(self, place), value)
            if text is not None:
                return text
        return self._plainly(value, place)

    def _plainly(self, value: Value, place: Place) -> str:
        if isinstance(value, Raw):
            return value.text
        if isinstance(value, Later):
            return self.later(value.kind)
        if isinstance(value, list) and value:
            items = [self.expression(item, place.inner) for item in value]
            return f"[{', '.join(items)}]" if len(items) < 3 else "[\n" + "".join(f"{item},\n" for item in items) + "]"
        if isinstance(value, dict) and value:
            items = [f"{key_of(name)} = {self.expression(item, place.inner)}" for name, item in value.items()]
            return f"{{ {', '.join(items)} }}" if len(items) < 3 else "{\n" + "".join(f"{item}\n" for item in items) + "}"
        return self._primitive(value, place)

    def _primitive(self, value: Value, place: Place) -> str:
        draw = self.config.draw
        if isinstance(value, bool | int | float) and draw.chance(8):
            return f'"{literal(value)}"'
        if isinstance(value, int) and value and value % 100 == 0 and not isinstance(value, bool) and draw.chance(8):
            return draw.choice([f"{value // 100}e2", f"{value // 10}E+1", f"{value}.0"])
        if isinstance(value, str) and value and "\n" not in value and place.is_top and draw.chance(5):
            return self._heredoc(value, place)
        return literal(value)

    def _heredoc(self, value: str, place: Place) -> str:
        text = value.replace("${", "$${").replace("%{", "%%{")
        way = self.config.draw.integer(0, 3 if len(text) > 2 else 2)
        if way == 0:
            return f"chomp(<<-EOT\n    {text}\n  EOT\n)"
        if way == 1:
            return f"trimspace(<<END\n  ${{{self.expression(value, replace(place.inner, depth=1))}}}\nEND\n)"
        if way == 2:
            return f"trimspace(<<-EOT\n    %{{ if {self.condition(True, place.inner)} ~}}\n    {text}\n    %{{ endif ~}}\n  EOT\n)"
        return f'join("", split("\\n", <<-EOT\n    {text[:2]}\n    {text[2:]}\n  EOT\n))'

    # Locals, variables and outputs with a value.

    def local(self, value: Value, place: Place) -> str:
        """A local with this value."""
        name = self.config.fresh(self.config.draw.choice(["setting", "chosen_", "part-", "Value"]))
        self.locals.append((name, self.expression(value, replace(place.inner, each=None, is_top=True))))
        return self._remember(value, place, f"local.{name}")

    def variable(self, value: Value, place: Place) -> str:
        """An input variable with this value, set outside the module."""
        if any_part(value, lambda part: isinstance(part, Raw)) or (self.parent is None and not is_plain(value)):
            return self.local(value, place)
        draw = self.config.draw
        constraint, passed = typed(draw, value)
        loose = draw.chance(18)
        if "any" in constraint:
            constraint, passed = "any", value
        variable = Variable(self.config.fresh("input_"), constraint if not loose else draw.choice(["any", None]))
        if loose:
            passed = value
        lines = []
        if place.is_leaf and not isinstance(value, list | dict) and draw.chance(8):
            lines.append("sensitive = true")
        if value is not None and is_plain(value) and draw.chance(10):
            lines.append("nullable = false")
        if draw.chance(20):
            lines.append(f'description = "{draw.choice(["What it says.", "Said with a } in it.", "# no comment"])}"')
        if isinstance(value, str) and draw.chance(6):
            lines.append(f'validation {{\n    condition = length(var.{variable.name}) < 500\n    error_message = "Too long."\n  }}')
        variable.lines = tuple(draw.shuffled(lines))
        self.variables.append(variable)
        if self.parent is None:
            self.config.give(variable, passed)
        else:
            self._pass(variable, passed, place, can_default=not loose or is_plain(value))
        return self._remember(value, place, f"var.{variable.name}")

    def _pass(self, variable: Variable, value: Value, place: Place, can_default: bool) -> None:
        assert self.parent
        draw = self.config.draw
        plain = is_plain(value)
        if plain and can_default and draw.chance(20):
            variable.default = literal(value)
            if "nullable = false" in variable.lines and draw.chance(50):
                self.arguments[variable.name] = dict.fromkeys(self.call_keys, "null")
            return
        if plain and draw.chance(15) and "\n" not in literal(value):
            variable.default = literal(decoy(value))
        inner = replace(place.inner, each=self.each, is_top=True)
        if self.each and self.each.kind == "separate":
            outside = replace(inner, each=None)
            texts = {key: self.parent.expression(at_key(value, self.each, key), outside) for key in self.call_keys}
        else:
            texts = dict.fromkeys(self.call_keys, self.parent.expression(value, inner))
        self.arguments[variable.name] = texts

    def _output_of_settings(self, value: Value, place: Place) -> str:
        """A value that is an output of a module without resources."""
        if not is_plain(value) or len(self.config.modules) > 4 or self.directory.count("/") > 4:
            return self.local(value, place)
        if self._settings is None:
            name = self.config.fresh("settings")
            each = Each("count", ("0",)) if self.config.draw.chance(20) else None
            self._settings = Module(self.config, self.child_directory(name), self, name, each)
        inner = self._settings
        output = self.config.fresh("given")
        inner.outputs.append((output, inner.expression(value, Place(depth=place.depth - 1, is_leaf=place.is_leaf, is_top=True))))
        index = inner.each.index("0") if inner.each else ""
        return self._remember(value, place, f"module.{inner.call}{index}.{output}")

    def child_directory(self, name: str) -> str:
        """The directory of a module that this module calls."""
        base = "modules" if self.parent is None else self.directory
        return f"{base}/{name}"

    def _remember(self, value: Value, place: Place, text: str) -> str:
        if is_plain(value):
            self._memory.setdefault((repr(value), place.is_leaf), []).append(text)
        return text

    # Values known only after apply, and values of other modules.

    def later(self, kind: str) -> str:
        """A value that is known only after apply."""
        draw = self.config.draw
        source = self._source_of_later()
        if kind == "bool":
            if draw.chance(10):
                # Equal arms are the exception to the law, see docs/decisions/0005-terraform-files.md; the cases of provider 5 have few.
                equal = f'({source} == "x" ? true : true)' if self.config.generation == 5 else f"!({source} == null)"
                return draw.choice([f"({source} != null)", f'startswith("x-${{{source}}}", "x-")', equal])
            return draw.choice(
                [f'({source} == "x")', f'contains([{source}], "x")', f'({source} == "x" ? true : false)', f'!({source} == "")']
            )
        if kind == "number":
            if draw.chance(10):
                return draw.choice([f"length([{source}])", f"max(1, length({source}))"])
            return draw.choice([f"length({source})", f'({source} == "x" ? 1 : 5)', f"tonumber({source})"])
        if draw.chance(10):
            ways = [f'coalesce({source}, "none")', f'element([{source}, "known"], 1)', f'try({source}, "none")']
            return draw.choice([*ways, f"[for item in [{source}] : item][0]"])
        return draw.choice([source, source, f'"${{{source}}}"', f'"x-${{{source}}}"', f'({source} == "x" ? "a" : "b")', f"upper({source})"])

    def _source_of_later(self) -> str:
        draw = self.config.draw
        if not self._later or draw.chance(15):
            name = self.config.fresh("later")
            way = draw.weighted({"data": 60, "topic": 15, "key": 10, "input": 15})
            if way == "data":
                self.add("main", f'resource "terraform_data" "{name}" {{}}')
                self._later += [f"terraform_data.{name}.id", f"terraform_data.{name}.id"]
            elif way == "input":
                self.add("main", f'resource "terraform_data" "{name}" {{\n  input = timestamp()\n}}')
                self._later += [f"terraform_data.{name}.output", f"terraform_data.{name}.input"]
            elif way == "topic":
                self.add("main", f'resource "aws_sns_topic" "{name}" {{\n  name = "{name}"\n}}')
                self._later += [f"aws_sns_topic.{name}.arn", f"aws_sns_topic.{name}.id"]
            else:
                self.add("main", f'resource "aws_kms_key" "{name}" {{\n  description = "{name}"\n}}')
                self._later += [f"aws_kms_key.{name}.arn", f"aws_kms_key.{name}.key_id"]
        return draw.choice(self._later)

    def environment(self) -> str:
        """An expression for the name of the environment. One variable holds it in the whole configuration."""
        if self._environment is None:
            name = self.config.draw.choice(["environment", "env", "environment_name", "stage"])
            variable = Variable(name, self.config.draw.choice(["string", "string", None]))
            self.variables.append(variable)
            self._environment = f"var.{name}"
            if self.parent is None:
                self.config.give(variable, self.config.environment_name)
            else:
                self.arguments[name] = dict.fromkeys(self.call_keys, self.parent.environment())
        return self._environment

    @property
    def call_keys(self) -> tuple[str, ...]:
        """One key for each call block of the module."""
        return self.each.keys if self.each and self.each.kind == "separate" else ("",)

    def instance(self, key: str) -> str:
        """The reference of the parent to one instance of the module."""
        if self.each is None:
            return f"module.{self.call}"
        return f"module.{self.call}_{key}" if self.each.kind == "separate" else f"module.{self.call}{self.each.index(key)}"

    def route(self, source: Module, text: str, key: str = "") -> str:
        """A reference in this module to an expression of another module, through outputs and inputs.

        `key` is the instance of the source module, if it has several.
        """
        if source is self:
            return text
        known = self._routed.get((f"{source.directory}:{text}", key))
        if known is None:
            known = self._routed[(f"{source.directory}:{text}", key)] = self._new_route(source, text, key)
        return known

    def _new_route(self, source: Module, text: str, key: str) -> str:
        if source.parent and self in source.ancestors:
            name = self.config.fresh("output")
            whole, _, attribute = text.rpartition(".")
            if whole.startswith("aws_dynamodb_table.") and self.config.draw.chance(20):
                # The output is the whole resource.
                source.outputs.append((name, whole))
                return self.route(source.parent, f"{source.instance(key)}.{name}.{attribute}", "")
            source.outputs.append((name, text))
            return self.route(source.parent, f"{source.instance(key)}.{name}", "")
        assert self.parent
        outside = self.parent.route(source, text, key)
        variable = Variable(self.config.fresh("input_"), self.config.draw.choice(["string", "any", None]))
        self.variables.append(variable)
        self.arguments[variable.name] = dict.fromkeys(self.call_keys, outside)
        return f"var.{variable.name}"

    @property
    def ancestors(self) -> tuple[Module, ...]:
        """The modules that call this module, directly or not, the nearest first."""
        return (self.parent, *self.parent.ancestors) if self.parent else ()

    # Blocks.

    def add(self, file: str, text: str) -> None:
        """Write a block into a file of the module."""
        self.blocks.append((file, text))


@dataclass(frozen=True)
class _Writer:
    """Writes the parts of an expression in a module."""

    module: Module
    place: Place

    @property
    def draw(self) -> Draw:
        return self.module.config.draw

    def sub(self, value: Value) -> str:
        return self.module.expression(value, self.place.inner)

    def condition(self, truth: bool) -> str:
        return self.module.condition(truth, self.place.inner)

    def environment(self) -> tuple[str, str]:
        return self.module.environment(), self.module.config.environment_name

    def keep(self, ending: str, text: str) -> str:
        module = self.module
        name = f"{module.config.fresh('kept')}.{ending}"
        module.config.kept[f"{module.directory}/{name}" if module.directory else name] = text
        return f'"${{path.module}}/{name}"'


def _is_bound(value: Value) -> bool:
    """Whether a value is bound to its block, so that no local can hold it."""
    return any_part(value, lambda part: isinstance(part, Raw) and part.is_bound)


def call_blocks(module: Module) -> str:
    """The blocks that call a module."""
    assert module.parent
    source = _source(module)
    texts = []
    # An expression may already use the outputs of a settings module, so its `count` must not depend on them.
    depth = 2 if module.outputs == [] or module.blocks else 0
    meta = module.each.meta(module.parent, depth) if module.each and module.each.kind != "separate" else None
    for key in module.call_keys:
        lines = [f'  source = "{source}"']
        if meta:
            lines.append(f"  {meta[0]} = {meta[1]}")
        for argument, given in module.arguments.items():
            lines.append(f"  {argument} = {given[key]}")
            if module.config.draw.chance(2):
                called = f"{module.call}_{key}" if key else module.call
                module.parent.add("overrides", f'module "{called}" {{\n  {argument} = {given[key]}\n}}')
                lines[-1] = f'  {argument} = "replaced by an override"'
        if module.providers:
            lines.append(f"  providers = {{\n{''.join(f'    {line}{chr(10)}' for line in module.providers)}  }}")
        name = f"{module.call}_{key}" if key else module.call
        texts.append(f'module "{name}" {{\n' + "\n".join([lines[0], *module.config.draw.shuffled(lines[1:])]) + "\n}")
    return "\n\n".join(texts)


def _source(module: Module) -> str:
    assert module.parent
    if module.parent.parent is None:
        return f"{'../' * (module.config.root.count('/') + 1)}{module.directory}" if module.config.root else f"./{module.directory}"
    return f"./{module.directory.removeprefix(f'{module.parent.directory}/')}"


def settings_text(values: Mapping[str, Value]) -> str:
    """The text of a variable file."""
    return "# Values.\n" + "".join(f"{name} = {literal(value)} // {name}\n" for name, value in values.items())
