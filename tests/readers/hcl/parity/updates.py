"""Writes pairs of configurations: what was applied, and what is planned on top of that state.

update(7, 5)     always the same pair for the same seed and generation of the provider
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from tests.readers.hcl.parity.drawing import Draw
from tests.readers.hcl.parity.resources import ALARM, KEY_ARN, TABLE, TOPIC_ARN

# The rules that read the type of an attribute. Terraform never plans to change it on an existing table.
ON_TYPES = ("attribute-mismatch", "unserved-access", "wrong-index", "wrong-primary-key")


@dataclass(frozen=True)
class Update:
    """One module before and after, each with the arguments of its call.

    `changes_type` says that an attribute has another type than before, `drops_indexes` that there were indexes and are none.
    """

    before: str
    after: str
    call_before: str
    call_after: str
    changes_type: bool = False
    drops_indexes: bool = False


@dataclass(frozen=True)
class _Side:
    """The parts of a module: the lines of each argument or block by its name, and the lists of `ignore_changes`."""

    table: dict[str, str]
    alarm: dict[str, str]
    ignored: str = ""
    ignored_by_alarm: str = ""
    call: str = ""

    def text(self, what: str) -> str:
        """The module, with a table of that name."""
        return f"""\
variable "recovery" {{
  type    = bool
  default = null
}}

resource "terraform_data" "later" {{}}

{_resource(TABLE, what, self.table, self.ignored)}
{_resource(ALARM, "writes", self.alarm, self.ignored_by_alarm)}"""


def update(seed: int, generation: int) -> Update:
    """The pair of this seed, for provider 5 or 6."""
    draw = Draw(Random(f"{seed} of provider {generation}").randint)
    what = draw.weighted({"products": 80, "sessions": 20})
    name = f"u{seed:05}-{what}"
    before, after = _table(draw, what, name, generation), _table(draw, what, name, generation)
    kept = draw.weighted({25: 30, 50: 40, 75: 30})
    table = {part: before[part] if draw.chance(kept) else after[part] for part in before}
    if not draw.chance(6):
        # Another key or type replaces the table, or is never planned.
        table |= {part: before[part] for part in ("keys", "attributes")}
    is_on_demand = "PAY_PER_REQUEST" in table["mode"]
    if draw.chance(95 if is_on_demand else 25):
        # Terraform refuses most tables that have a capacity on demand.
        table["capacity"] = ""
    _declare(before)
    _declare(table)
    alarm_before = _alarm(draw, what, name)
    fresh = _alarm(draw, what, name)
    alarm = {part: alarm_before[part] if draw.chance(60) else fresh[part] for part in alarm_before}
    old = _Side(before, alarm_before, call="  recovery = true\n" if draw.chance(50) else "")
    new = _Side(
        table,
        alarm,
        ignored=_ignored(draw) if draw.chance(55) else "",
        ignored_by_alarm=draw.choice(
            ["[metric_name]", "[alarm_actions]", "[dimensions]", '[dimensions["TableName"]]', "all", "[threshold]"]
        )
        if draw.chance(25)
        else "",
        call=draw.choice(["", "  recovery = true\n", "  recovery = false\n"]),
    )
    return Update(
        before=old.text(what),
        after=new.text(what),
        call_before=old.call,
        call_after=new.call,
        changes_type=before["attributes"] != table["attributes"],
        drops_indexes=bool(before["index"]) and not table["index"],
    )


_MAYBE_IGNORED = (
    "billing_mode",
    "read_capacity",
    "write_capacity",
    "point_in_time_recovery",
    "server_side_encryption",
    "ttl",
    "tags",
    'tags["Name"]',
    'tags["Team"]',
    "tags.Type",
    "deletion_protection_enabled",
    "table_class",
    "stream_enabled",
    "stream_view_type",
    "global_secondary_index",
    "point_in_time_recovery[0].enabled",
    "point_in_time_recovery[0]",
    "server_side_encryption[0].kms_key_arn",
    "ttl[0].attribute_name",
    "name",
)


def _ignored(draw: Draw) -> str:
    way = draw.weighted({"one": 45, "some": 32, "quoted": 10, "all": 13})
    if way == "all":
        return "all"
    if way == "quoted":
        return f'["{draw.choice([path for path in _MAYBE_IGNORED if chr(34) not in path])}"]'
    number = 1 if way == "one" else draw.integer(2, 5)
    return f"[{', '.join(draw.shuffled(_MAYBE_IGNORED)[:number])}]"


def _table(draw: Draw, what: str, name: str, generation: int) -> dict[str, str]:
    """The lines of a table by part; a part may be empty."""
    key, kind = {"products": ("id", "N"), "sessions": ("session_id", "S")}[what]
    if draw.chance(15):
        kind = "S" if kind == "N" else "N"
    mode = draw.weighted({"PAY_PER_REQUEST": 50, "PROVISIONED": 35, "": 15})
    units = draw.choice([1, 5, 10])
    has_index = what == "products" and draw.chance(80)
    recovery = draw.weighted({"on": 30, "off": 15, "none": 20, "days": 8, "empty": 8, "later": 7, "variable": 8, "dynamic": 4})
    encryption = draw.weighted({"on": 25, "key": 30, "off": 12, "none": 25, "null": 8})
    ttl = draw.weighted({"on": 30, "other": 12, "off": 18, "none": 40})
    stream = draw.weighted({"none": 50, "on": 40, "off": 10})
    return {
        "name": f'name = "{name}"\n',
        "keys": f'hash_key = "{key}"\n',
        "attributes": _block("attribute", f'name = "{key}"\ntype = "{kind}"'),
        "mode": f'billing_mode = "{mode}"\n' if mode else "",
        "capacity": f"read_capacity = {units}\nwrite_capacity = {units}\n" if mode != "PAY_PER_REQUEST" else "",
        "index": _index(draw, mode, units, generation) if has_index else "",
        "recovery": {
            "on": _block("point_in_time_recovery", "enabled = true"),
            "off": _block("point_in_time_recovery", "enabled = false"),
            "none": "",
            "days": _block("point_in_time_recovery", "enabled = true\nrecovery_period_in_days = 7"),
            "empty": _dynamic("point_in_time_recovery", "[]", "enabled = true"),
            "later": _block("point_in_time_recovery", 'enabled = terraform_data.later.id != ""'),
            "variable": _dynamic("point_in_time_recovery", "var.recovery[*]", "enabled = point_in_time_recovery.value"),
            "dynamic": _dynamic("point_in_time_recovery", 'terraform_data.later.id != "" ? [1] : []', "enabled = true"),
        }[recovery],
        "encryption": {
            "on": _block("server_side_encryption", "enabled = true"),
            "key": _block("server_side_encryption", f'enabled = true\nkms_key_arn = "{KEY_ARN}"'),
            "off": _block("server_side_encryption", "enabled = false"),
            "none": "",
            "null": _block("server_side_encryption", "enabled = true\nkms_key_arn = null"),
        }[encryption],
        "ttl": {
            "on": _block("ttl", 'enabled = true\nattribute_name = "expires_at"'),
            "other": _block("ttl", 'enabled = true\nattribute_name = "expires"'),
            "off": _block("ttl", 'enabled = false\nattribute_name = "expires_at"'),
            "none": "",
        }[ttl],
        "stream": {
            "none": "",
            "on": f'stream_enabled = true\nstream_view_type = "{draw.choice(["NEW_IMAGE", "KEYS_ONLY"])}"\n',
            "off": "stream_enabled = false\n",
        }[stream],
        "protection": draw.choice(["", "deletion_protection_enabled = true\n", "deletion_protection_enabled = false\n"]),
        "class": draw.choice(["", "", 'table_class = "STANDARD"\n', 'table_class = "STANDARD_INFREQUENT_ACCESS"\n']),
        "tags": draw.choice(
            [
                "",
                "tags = {}\n",
                f'tags = {{\n  Name = "{name}"\n  Type = "DynamoDB"\n}}\n',
                f'tags = {{\n  Name = "{name}"\n  Type = "DynamoDB"\n  Team = "shop"\n}}\n',
                'tags = {\n  Name = "other"\n  Type = "Table"\n}\n',
                'tags = {\n  Name = "x"\n  Type = "DynamoDB"\n  Team = terraform_data.later.id\n}\n',
            ]
        ),
    }


def _index(draw: Draw, mode: str, units: int, generation: int) -> str:
    keys = 'hash_key = "category"\nrange_key = "created_at"'
    if generation == 6 and draw.chance(50):
        keys = "\n".join(
            _block("key_schema", f'attribute_name = "{name}"\nkey_type = "{role}"').rstrip()
            for name, role in (("category", "HASH"), ("created_at", "RANGE"))
        )
    has_capacity = (mode != "PAY_PER_REQUEST") is not draw.chance(15)
    lines = [
        f'name = "{draw.weighted({"CategoryIndex": 85, "ByCategory": 15})}"',
        keys,
        f'projection_type = "{draw.weighted({"ALL": 80, "KEYS_ONLY": 20})}"',
    ]
    if has_capacity:
        lines += [f"read_capacity = {units}", f"write_capacity = {units}"]
    return _block("global_secondary_index", "\n".join(lines))


def _declare(table: dict[str, str]) -> None:
    """Declare the attributes of the index."""
    names = ("category", "created_at") if table["index"] else ()
    table["index attributes"] = "".join(_block("attribute", f'name = "{name}"\ntype = "S"') for name in names)


def _alarm(draw: Draw, what: str, name: str) -> dict[str, str]:
    """The lines of an alarm by part."""
    metric = draw.weighted({"WriteThrottleEvents": 70, "ReadThrottleEvents": 15, "ThrottledRequests": 15})
    named = draw.choice([f"{TABLE}.{what}.name", f"{TABLE}.{what}.name", f'"{name}"', f"{TABLE}.{what}.id"])
    return {
        "metric": f'metric_name = "{metric}"\n',
        "rest": f'alarm_name = "{name}"\nnamespace = "AWS/DynamoDB"\nstatistic = "Sum"\ncomparison_operator = "GreaterThanThreshold"\n'
        "period = 60\nevaluation_periods = 1\n",
        "threshold": f"threshold = {draw.choice([0, 0, 10])}\n",
        "missing": draw.choice(['treat_missing_data = "notBreaching"\n', ""]),
        "dimensions": f"dimensions = {{\n  TableName = {named}\n}}\n",
        "actions": draw.choice([f'alarm_actions = ["{TOPIC_ARN}"]\n', f'alarm_actions = ["{TOPIC_ARN}"]\n', "alarm_actions = []\n", ""]),
        "enabled": draw.weighted({"": 80, "actions_enabled = false\n": 20}),
    }


def _resource(kind: str, name: str, parts: dict[str, str], ignored: str) -> str:
    lifecycle = _block("lifecycle", f"ignore_changes = {ignored}") if ignored else ""
    return f'resource "{kind}" "{name}" {{\n{_indented("".join(parts.values()) + lifecycle)}}}\n'


def _block(name: str, lines: str) -> str:
    return f"{name} {{\n{_indented(lines)}}}\n"


def _dynamic(name: str, collection: str, lines: str) -> str:
    return f'dynamic "{name}" {{\n  for_each = {collection}\n{_indented(_block("content", lines))}}}\n'


def _indented(lines: str) -> str:
    return "".join(f"  {line}\n" for line in lines.splitlines())
