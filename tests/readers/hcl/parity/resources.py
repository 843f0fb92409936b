"""Tables and alarms, right and wrong, and their blocks."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from tests.readers.hcl.parity.drawing import Draw
from tests.readers.hcl.parity.modules import Each, Module, Place
from tests.readers.hcl.parity.values import Later, PerKey, Raw, Value, is_plain, kind_of, literal, unified

# The specification of a table or an alarm: a value for each argument, and a list of specifications for blocks.
Spec: TypeAlias = "dict[str, Any]"

TABLE = "aws_dynamodb_table"
ALARM = "aws_cloudwatch_metric_alarm"
INDEX = "aws_dynamodb_global_secondary_index"
REPLICA = "aws_dynamodb_table_replica"
TOPIC_ARN = "arn:aws:sns:us-east-1:123456789012:alarms"
KEY_ARN = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"

# In JSON these arguments are plain names, not expressions.
_WORDS = ("provider", "depends_on", "ignore_changes", "iterator", "labels")


@dataclass
class Body:
    """The body of a block: arguments with their expressions, and blocks with their labels."""

    arguments: list[tuple[str, str]] = field(default_factory=list)
    blocks: list[tuple[str, str, Body]] = field(default_factory=list)

    def text(self, draw: Draw, indent: str = "  ") -> str:
        """The body in the Terraform language."""
        lines = [f"{indent}{name} = {expression}" for name, expression in self.arguments]
        for name, label, body in self.blocks:
            head = f'{name} "{label}"' if label else name
            if not body.blocks and len(body.arguments) == 1 and "\n" not in body.arguments[0][1] and draw.chance(20):
                lines.append(f"{indent}{head} {{ {body.arguments[0][0]} = {body.arguments[0][1]} }}")
                continue
            lines += ["", f"{indent}{head} {{", body.text(draw, indent + "  "), f"{indent}}}"]
        return "\n".join(lines)

    def json(self) -> dict[str, Any]:
        """The body in JSON syntax."""
        made: dict[str, Any] = {name: _json_of(name, expression) for name, expression in self.arguments}
        for name, label, body in self.blocks:
            target = made.setdefault(name, {}) if label else made
            target.setdefault(label or name, []).append(body.json())
        return made


def _json_of(name: str, expression: str) -> Any:
    if name in ("depends_on", "ignore_changes") and expression.startswith("["):
        return [word.strip() for word in expression.strip("[]").split(",")]
    if name in _WORDS:
        return expression
    if expression in ("true", "false", "null"):
        return {"true": True, "false": False, "null": None}[expression]
    if expression.isdigit():
        return int(expression)
    if expression.startswith('"') and expression.endswith('"') and not {*'"\\$%'} & {*expression[1:-1]}:
        return expression[1:-1]
    return f"${{{expression}}}"


# Specifications.

_KEYS = {"products": ("id", "N"), "sessions": ("session_id", "S"), "orders": ("order_id", "S")}


def table_spec(draw: Draw, what: str, environment: str, faults: int) -> Spec:
    """A table under its contract; `faults` percent of its details are wrong."""

    def wrong() -> bool:
        return draw.chance(faults)

    def later() -> bool:
        return draw.chance(faults // 5 + 1)

    key, kind = _KEYS[what]
    if wrong():
        key = draw.choice(["ID", "pk", "key"])
    if wrong():
        kind = draw.choice(["S", "N", "B"])
    spec: Spec = {"name": f"{environment}-{what}", "hash_key": key, "range_key": None}
    if wrong():
        spec["name"] = draw.choice([f"{environment}_{what}", what, f"{what}-{environment}", f"-{what}", f"{environment}-orders"])
    if later():
        spec["name"] = Later()
    attributes = {key: kind}
    if wrong():
        spec["range_key"] = "sort"
        attributes["sort"] = draw.choice(["S", "N"])
    spec["indexes"] = _indexes(draw, what, faults, attributes)
    spec["attributes"] = [{"name": name, "type": Later() if later() else part} for name, part in attributes.items()]
    _capacity(draw, spec, faults)
    spec["recovery"] = [{"enabled": True}]
    if wrong():
        spec["recovery"] = draw.choice([[], [{"enabled": False}]])
    spec["encryption"] = _encryption(draw, faults)
    if later():
        spec["recovery"] = [{"enabled": Later("bool")}]
    if later():
        spec["encryption"] = [{"enabled": Later("bool"), "kms_key_arn": None}]
    spec["ttl"] = _ttl(draw, what, faults)
    spec["tags"] = _tags(draw, spec, faults)
    spec["deletion_protection_enabled"] = draw.choice([True, True, False, None])
    if later():
        spec["deletion_protection_enabled"] = Later("bool")
    spec["table_class"] = draw.weighted({None: 70, "STANDARD": 15, "STANDARD_INFREQUENT_ACCESS": 15})
    return spec


def _indexes(draw: Draw, what: str, faults: int, attributes: dict[str, str]) -> list[Spec]:
    def wrong() -> bool:
        return draw.chance(faults)

    if what != "products":
        if not draw.chance(15):
            return []
        attributes["user_id"] = "S"
        return [_index("UserIndex", "user_id", None, "KEYS_ONLY", None)]
    if wrong():
        return []
    names = ["category", "created_at"]
    if wrong():
        names = draw.choice([["created_at", "category"], ["category", "updated_at"], ["Category", "created_at"]])
    for name in names:
        attributes[name] = draw.choice(["N", "B"]) if wrong() and draw.chance(50) else "S"
    index = _index("CategoryIndex", names[0], names[1], "ALL", None)
    if wrong():
        index["name"] = draw.choice(["categoryIndex", "ByCategory", "CategoryIndex2"])
    elif draw.chance(faults // 6 + 1):
        index["name"] = Later()
    if wrong():
        index |= draw.choice([{"projection_type": "KEYS_ONLY"}, {"projection_type": "INCLUDE", "non_key_attributes": ["title"]}])
    if wrong() and draw.chance(40):
        index["range_key"] = None
        attributes.pop(names[1])
    indexes = [index]
    if draw.chance(20):
        attributes.setdefault("title", "S")
        indexes.append(_index("TitleIndex", "title", None, "ALL", None))
    return draw.shuffled(indexes)


def _index(name: str, hash_key: str, range_key: str | None, projection: str, non_key: list[str] | None) -> Spec:
    return {"name": name, "hash_key": hash_key, "range_key": range_key, "projection_type": projection, "non_key_attributes": non_key}


def _capacity(draw: Draw, spec: Spec, faults: int) -> None:
    mode = draw.weighted({"PAY_PER_REQUEST": 70, "PROVISIONED": 22, None: 8})
    spec["billing_mode"] = mode
    units = draw.choice([1, 5, 10])
    spec["read_capacity"], spec["write_capacity"] = (None, None) if mode == "PAY_PER_REQUEST" else (units, units + 1)
    for index in spec["indexes"]:
        has = (mode != "PAY_PER_REQUEST") is not draw.chance(faults)
        index["read_capacity"], index["write_capacity"] = (units, units) if has else (None, None)
        if has and draw.chance(faults // 6 + 1):
            index["read_capacity"] = Later("number")


def _encryption(draw: Draw, faults: int) -> list[Spec]:
    if draw.chance(faults):
        return draw.choice([[], [{"enabled": False, "kms_key_arn": None}]])
    key = draw.weighted({None: 40, KEY_ARN: 25, "alias": 10, "later": 25})
    given = {"alias": "arn:aws:kms:us-east-1:123456789012:alias/aws/dynamodb", "later": Later()}.get(str(key), key)
    return [{"enabled": True, "kms_key_arn": given}]


def _ttl(draw: Draw, what: str, faults: int) -> list[Spec]:
    if what == "sessions":
        if draw.chance(faults):
            return draw.choice([[], [{"enabled": False, "attribute_name": "expires_at"}], [{"enabled": True, "attribute_name": "expires"}]])
        part = draw.weighted({"": 100, "enabled": faults // 4 + 1, "attribute_name": faults // 4 + 1})
        ttl: Spec = {"enabled": True, "attribute_name": "expires_at"}
        return [ttl | {"": {}, "enabled": {"enabled": Later("bool")}, "attribute_name": {"attribute_name": Later()}}[part]]
    return [{"enabled": draw.chance(50), "attribute_name": "ttl"}] if draw.chance(25) else []


def _tags(draw: Draw, spec: Spec, faults: int) -> Value:
    name = spec["name"] if isinstance(spec["name"], str) else "table"
    team = draw.weighted({"shop": 80, "caf\u00e9 \u2615": 5, 'the "shop"': 5, "a\tb\nc": 4, "${no} %{template}": 6})
    tags: dict[str, Value] = {"Name": name, "Type": "DynamoDB", "Team": team}
    if draw.chance(faults):
        del tags["Name"]
    if draw.chance(faults):
        tags |= draw.choice([{"Type": "dynamodb"}, {"Name": ""}, {"Type": "Table"}])
    if draw.chance(faults // 2):
        return draw.choice([None, {}])
    if draw.chance(faults // 4 + 1):
        tags["Team"] = Later()
    return tags


def alarm_spec(draw: Draw, metric: str, name: str, dimensions: Value, faults: int) -> Spec:
    """An alarm under the contract; `faults` percent of its details are wrong."""

    def wrong(share: int = 1) -> bool:
        return draw.chance(faults // share)

    spec: Spec = {
        "alarm_name": name,
        "namespace": "AWS/DynamoDB",
        "metric_name": metric,
        "statistic": "Sum",
        "comparison_operator": "GreaterThanThreshold",
        "threshold": 0,
        "period": 300,
        "evaluation_periods": 2,
        "treat_missing_data": "notBreaching",
        "dimensions": dimensions,
        "alarm_actions": [TOPIC_ARN],
        "actions_enabled": None,
    }
    if wrong():
        spec["metric_name"] = draw.choice(
            [metric.replace("Throttle", "Throttled"), metric.lower(), "ThrottledRequests", "ConsumedReadCapacityUnits"]
        )
    if wrong(2):
        spec["namespace"] = draw.choice(["AWS/Dynamodb", "AWS/DynamoDb", "AWS/SQS", "Shop"])
    if wrong(2):
        spec["statistic"] = draw.choice(["Average", "SampleCount", "Maximum"])
    if wrong(2):
        spec["comparison_operator"] = draw.choice(["GreaterThanOrEqualToThreshold", "LessThanThreshold", "LessThanOrEqualToThreshold"])
    if wrong():
        spec["threshold"] = draw.choice([1, 10, 0.5, 100])
    if wrong():
        spec["period"] = draw.choice([60, 600, 3600, 86400])
    if wrong():
        spec["evaluation_periods"] = draw.choice([1, 3, 10, 400])
    if wrong():
        spec["treat_missing_data"] = draw.choice([None, "missing", "ignore", "NOTBREACHING"])
    if wrong(2):
        spec["datapoints_to_alarm"] = draw.choice([1, 2, 3])
    if wrong(3):
        spec["unit"] = draw.choice(["Count", "Seconds"])
    spec["alarm_actions"] = draw.weighted({"given": 50, "none": 15 + faults, "null": 5, "later": 20})
    spec["alarm_actions"] = {"given": [TOPIC_ARN], "none": [], "null": None, "later": [Later()]}[spec["alarm_actions"]]
    if wrong(2):
        spec["actions_enabled"] = draw.choice([False, True])
    if draw.chance(faults // 6 + 1):
        name, kind = draw.choice(
            [("metric_name", "string"), ("threshold", "number"), ("evaluation_periods", "number"), ("namespace", "string")]
        )
        spec[name] = Later(kind)
    return spec


# Blocks.

_TABLE_BLOCKS = {
    "attributes": "attribute",
    "indexes": "global_secondary_index",
    "recovery": "point_in_time_recovery",
    "encryption": "server_side_encryption",
    "ttl": "ttl",
    "replicas": "replica",
    "witness": "global_table_witness",
    "warm_throughput": "warm_throughput",
    "on_demand_throughput": "on_demand_throughput",
}

_OTHER_BLOCKS = (
    "metric_query",
    "evaluation_criteria",
    "warm_up_configuration",
    "key_schema",
    "projection",
    "provisioned_throughput",
)

# The provider allows an unknown number of these blocks.
_COMPUTED_OF_5 = ("point_in_time_recovery", "server_side_encryption", "ttl")
_COMPUTED = {5: _COMPUTED_OF_5, 6: (*_COMPUTED_OF_5, "global_secondary_index")}


@dataclass(frozen=True)
class Placed:
    """A written resource, with its module and its instances."""

    module: Module
    name: str
    each: Each | None
    kind: str = TABLE

    def address(self, key: str = "") -> str:
        """The address of one instance in its own module."""
        return f"{self.kind}.{self.name}{self.each.index(key) if self.each else ''}"


def write_table(module: Module, name: str, specs: dict[str, Spec], each: Each | None, extras: Sequence[tuple[str, str]] = ()) -> Placed:
    """Write a table with all its instances into a module. `extras` are arguments with finished expressions."""
    draw = module.config.draw
    spec = _unified(each, specs)
    is_json = draw.chance(5)
    place = Place(each=each, is_top=not is_json)
    body = Body()
    scalars = {argument: value for argument, value in spec.items() if argument not in _TABLE_BLOCKS}
    for argument in draw.shuffled(list(scalars)):
        write_argument(module, body, argument, scalars[argument], place)
    parts = [part for part in _TABLE_BLOCKS if part in spec]
    for part in draw.shuffled(parts) if draw.chance(30) else parts:
        write_blocks(module, body, _TABLE_BLOCKS[part], spec[part], place)
    _finish(module, body, TABLE, name, each, list(extras), is_json)
    return Placed(module, name, each)


def write_alarm(module: Module, name: str, specs: dict[str, Spec], each: Each | None, extras: Sequence[tuple[str, str]] = ()) -> Placed:
    """Write an alarm with all its instances into a module."""
    return write_resource(module, ALARM, name, specs, each, extras)


def write_resource(
    module: Module, kind: str, name: str, specs: dict[str, Spec], each: Each | None, extras: Sequence[tuple[str, str]] = ()
) -> Placed:
    """Write a resource of that type with all its instances into a module."""
    draw = module.config.draw
    spec = _unified(each, specs)
    is_json = draw.chance(6)
    place = Place(each=each, is_top=not is_json)
    body = Body()
    for argument, value in spec.items():
        if argument not in _OTHER_BLOCKS:
            write_argument(module, body, argument, value, place)
    for block in _OTHER_BLOCKS:
        if block in spec:
            write_blocks(module, body, block, spec[block], place)
    _finish(module, body, kind, name, each, list(extras), is_json)
    return Placed(module, name, each, kind)


def _unified(each: Each | None, specs: dict[str, Spec]) -> Spec:
    if each is None or not specs:
        return next(iter(specs.values()))
    made: Spec = unified(each, specs)
    return made


def _finish(module: Module, body: Body, kind: str, name: str, each: Each | None, extras: list[tuple[str, str]], is_json: bool) -> None:
    draw = module.config.draw
    if each:
        extras.insert(0, each.meta(module))
    body.arguments[:0] = extras
    if kind == TABLE and draw.chance(15):
        body.blocks.append(("lifecycle", "", _lifecycle(draw, module)))
    file = "main" if kind == TABLE else draw.choice(["main", "alarms"])
    if is_json and not any("<<" in expression for _, expression in body.arguments):
        module.add(f"json:{name}", literal_json({"resource": {kind: {name: body.json()}}}))
    else:
        module.add(file, f'resource "{kind}" "{name}" {{\n{body.text(draw)}\n}}')
    if kind in (TABLE, ALARM) and draw.chance(5):
        module.add("overrides", f'resource "{kind}" "{name}" {{\n{_override(module, kind, each)}\n}}')


def literal_json(value: Any) -> str:
    """The value as indented JSON."""
    return json.dumps(value, indent=2)


def _lifecycle(draw: Draw, module: Module) -> Body:
    body = Body()
    if draw.chance(60):
        body.arguments.append(("ignore_changes", draw.choice(["[read_capacity, write_capacity]", "[tags]", "[ttl]", "all"])))
    if draw.chance(30):
        body.arguments.append(("prevent_destroy", "true"))
    if draw.chance(40):
        condition = holding(module)
        body.blocks.append(("precondition", "", Body([("condition", condition), ("error_message", '"This cannot be."')])))
    return body


def holding(module: Module) -> str:
    """A condition that holds and has a reference, which Terraform requires in checks."""
    condition = module.condition(True, Place(depth=1, is_leaf=False))
    return f"{module.environment()} != {literal('nowhere')} && ({condition})"


def _override(module: Module, kind: str, each: Each | None) -> str:
    """The body of an override of the same resource."""
    draw = module.config.draw
    place = Place(each=each, depth=2)
    new = Body()
    if kind == ALARM:
        write_argument(module, new, "treat_missing_data", draw.choice(["notBreaching", "missing"]), place)
        if draw.chance(50):
            write_argument(module, new, "alarm_actions", draw.choice([[TOPIC_ARN], []]), place)
    else:
        write_argument(module, new, "deletion_protection_enabled", draw.choice([True, False]), place)
        if draw.chance(60):
            write_blocks(module, new, "point_in_time_recovery", draw.choice([[{"enabled": True}], [{"enabled": False}]]), place)
        if draw.chance(30):
            write_argument(module, new, "tags", {"Name": "overridden", "Type": draw.choice(["DynamoDB", "table"])}, place)
        if draw.chance(30):
            new.blocks.append(("lifecycle", "", Body([("ignore_changes", "[tags]")])))
    return new.text(draw)


def write_argument(module: Module, body: Body, name: str, value: Value, place: Place) -> None:
    """Write one argument, or sometimes omit it if it is null."""
    draw = module.config.draw
    if value is None and draw.chance(60):
        return
    if isinstance(value, dict) and place.depth > 0:
        place = replace(place, is_top=False)
    text = module.expression(value, place)
    if text.startswith("(") and _closes_at_end(text) and draw.chance(70):
        text = text[1:-1]
    body.arguments.append((name, text))


def _closes_at_end(text: str) -> bool:
    """Whether the last character of the text closes its first parenthesis. Quotes are ignored."""
    if '"' in text and any(mark in text for mark in ('"(', ')"', "(^", "(.", "(?")):
        return False
    depth = 0
    for position, character in enumerate(text):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth == 0:
            return position == len(text) - 1
    return False


def write_blocks(module: Module, body: Body, name: str, items: Value, place: Place) -> None:
    """Write blocks of one type: as static blocks, as a dynamic block, or as both."""
    draw = module.config.draw
    if isinstance(items, PerKey):
        every = _every(items)
        if every:
            _dynamic(module, body, name, _filled(items, every), every, place)
    elif not items:
        if draw.chance(30):
            _empty_dynamic(module, body, name, place)
    else:
        way = draw.weighted({"static": 62, "dynamic": 28, "mixed": 10 if len(items) > 1 else 0})
        kept = len(items) if way == "static" else 0 if way == "dynamic" else draw.integer(1, len(items) - 1)
        for item in items[:kept]:
            body.blocks.append((name, "", _static(module, item, place)))
        if items[kept:]:
            every = [_full(item, items[kept:]) for item in items[kept:]]
            _dynamic(module, body, name, every, every, place)


def _every(items: Value) -> list[Spec]:
    """The blocks of all instances."""
    if isinstance(items, PerKey):
        return [item for part in items.values.values() for item in _every(part)]
    return list(items)


def _filled(items: Value, every: list[Spec]) -> Value:
    """The blocks of each instance, with null for arguments that only other blocks set."""
    if isinstance(items, PerKey):
        return PerKey(items.domain, {key: _filled(part, every) for key, part in items.values.items()})
    return [_full(item, every) for item in items]


def _static(module: Module, item: Spec, place: Place) -> Body:
    body = Body()
    inner = replace(place, depth=place.depth - 1)
    for argument, value in item.items():
        if value == []:
            continue
        if _is_block(value):
            write_blocks(module, body, argument, value, inner)
        else:
            write_argument(module, body, argument, value, inner)
    return body


def _is_block(value: Value) -> bool:
    if isinstance(value, PerKey):
        return any(map(_is_block, value.values.values()))
    return isinstance(value, list) and all(isinstance(item, dict) for item in value) and bool(value)


def _full(item: Spec, every: list[Spec]) -> Spec:
    """The block with null for arguments that only other blocks set."""
    names = dict.fromkeys(name for one in every for name in one)
    return {name: item.get(name, [] if any(_is_block(one.get(name)) for one in every) else None) for name in names}


# The content of dynamic blocks that create no block.
_ABSENT: dict[str, Spec] = {
    "attribute": {"name": "none", "type": "S"},
    "global_secondary_index": {"name": "none", "hash_key": "none", "projection_type": "ALL"},
    "point_in_time_recovery": {"enabled": True},
    "server_side_encryption": {"enabled": True},
    "ttl": {"enabled": True, "attribute_name": "ttl"},
}


def _empty_dynamic(module: Module, body: Body, name: str, place: Place) -> None:
    draw = module.config.draw
    inner = _ABSENT.get(name)
    if inner is None:
        return
    if draw.chance(50):
        condition = module.condition(False, replace(place.inner, is_leaf=False, each=None))
        collection = f"{condition} ? [1] : []"
    else:
        collection = module.expression([], replace(place, is_leaf=False, each=None, depth=2))
    content = Body([(argument, literal(value)) for argument, value in inner.items()])
    body.blocks.append(("dynamic", name, Body([("for_each", collection)], [("content", "", content)])))


def _dynamic(module: Module, body: Body, name: str, items: Value, every: list[Spec], place: Place) -> None:
    draw = module.config.draw
    inside = replace(place, is_leaf=False, depth=max(place.depth - 1, 1), is_top=False)
    iterator = draw.choice(["each_block", "it"]) if draw.chance(25) else ""
    word = iterator or name
    made = Body([("iterator", iterator)] if iterator else [])
    if isinstance(items, list) and len(items) == 1 and draw.chance(45):
        # A condition decides between one block and no block; the content has the values of the arguments.
        if all(not isinstance(value, Raw | Later | PerKey | list) for value in items[0].values()) and draw.chance(
            20 if name in _COMPUTED[module.config.generation] else 0
        ):
            collection = f"{module.later('bool')} ? [1] : []"
        else:
            collection = f"{module.condition(True, replace(inside, each=None))} ? [1] : []"
        made.arguments.insert(0, ("for_each", collection))
        made.blocks.append(("content", "", _static(module, items[0], place)))
        body.blocks.append(("dynamic", name, made))
        return
    if isinstance(items, list) and len(items) == 1 and draw.chance(25):
        # A splat turns an object into a list with one item, and null into an empty list.
        made.arguments.insert(0, ("for_each", f"{module.expression({'block': items[0]}, replace(inside, depth=1))}.block[*]"))
        made.blocks.append(("content", "", _content(module, every, f"{word}.value", place)))
        body.blocks.append(("dynamic", name, made))
        return
    columns = list(every[0])
    is_flat = columns == ["name", "type"] and isinstance(items, list) and all(isinstance(item["name"], str) for item in items)
    if is_flat and draw.chance(45):
        # A map of names to types.
        flat = module.expression({item["name"]: item["type"] for item in items}, inside)
        made.arguments.insert(0, ("for_each", flat))
        made.blocks.append(("content", "", Body([("name", f"{word}.key"), ("type", f"{word}.value")])))
        body.blocks.append(("dynamic", name, made))
        return
    label = next((column for column in ("name", "id") if column in columns), None)
    is_named = label is not None and isinstance(items, list) and all(isinstance(item[label], str) for item in items)
    if is_named and draw.chance(40):
        if draw.chance(50):
            collection = f"{{ for item in {module.expression(items, inside)} : item.{label} => item }}"
        else:
            collection = module.expression({item[label]: item for item in items}, inside)
    else:
        collection = module.expression(items, inside)
    made.arguments.insert(0, ("for_each", collection))
    made.blocks.append(("content", "", _content(module, every, f"{word}.value", place)))
    body.blocks.append(("dynamic", name, made))


def _content(module: Module, every: list[Spec], path: str, place: Place) -> Body:
    draw = module.config.draw
    content = Body()
    for column in every[0]:
        values = [item[column] for item in every]
        if all(value == [] for value in values):
            continue
        if any(_is_block(value) for value in values):
            inner = [item for value in values for item in _every(value)]
            nested = Body([("for_each", f"{path}.{column}")])
            nested.blocks.append(("content", "", _content(module, [_full(item, inner) for item in inner], f"{column}.value", place)))
            content.blocks.append(("dynamic", column, nested))
            continue
        same = all(value == values[0] and type(value) is type(values[0]) for value in values) and is_plain(values[0])
        if same and kind_of(values[0]) and place.each is None and draw.chance(15):
            content.arguments.append((column, module.expression(values[0], replace(place, depth=1, is_top=False))))
            continue
        content.arguments.append(
            (column, draw.choice([f"{path}.{column}", f"{path}.{column}", f'{path}["{column}"]', f"try({path}.{column}, null)"]))
        )
    return content
