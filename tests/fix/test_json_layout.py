"""Changes in a file of the JSON syntax: in the style of the file."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from dyncheck.fix.changes import AddArgument, AddBlock, AddItem, Append, Change, NewBlock, RemoveArgument, RemoveItem, SetValue
from dyncheck.fix.layout import changed
from dyncheck.fix.sources import SourceFile
from dyncheck.readers.hcl.language.nodes import BlockNode

TYPE = "aws_dynamodb_table"
TABLE: dict[str, Any] = {
    "name": "x",
    "read_capacity": 5,
    "attribute": {"name": "id", "type": "S"},
    "ttl": [{"enabled": False}],
    "tags": "${var.tags}",
    "labels": {"a": 1, "b": 2},
}


def changes(table: BlockNode) -> list[Change]:
    """Every kind of change in the table."""
    body = table.body
    (ttl,) = body.of_type("ttl")
    return [
        AddArgument(body.span, "deletion_protection_enabled", "true"),
        RemoveArgument(body.span, "read_capacity"),
        SetValue(ttl.body.arguments["enabled"].span, "true"),
        AddArgument(ttl.body.span, "attribute_name", '"expires_at"'),
        AddBlock(body.span, NewBlock("point_in_time_recovery", (), (("enabled", "true"),))),
        AddBlock(body.span, NewBlock("attribute", (), (("name", '"at"'), ("type", '"N"')))),
        AddItem(body.arguments["tags"].span, "Type", '"DynamoDB"'),
        RemoveItem(body.arguments["labels"].span, "a"),
        Append(
            "main.tf.json", NewBlock("resource", ("alarm", "new"), (("alarm_name", f'"${{{TYPE}.x.name}}-a"'), ("provider", "aws.west")))
        ),
        Append(
            "main.tf.json", NewBlock("resource", (TYPE, "y"), (("dimensions", f"{{ TableName = {TYPE}.x.name }}"), ("price", '"$${1}"')))
        ),
    ]


AFTER = {
    "resource": {
        TYPE: {
            "x": {
                "name": "x",
                "attribute": [{"name": "id", "type": "S"}, {"name": "at", "type": "N"}],
                "ttl": [{"enabled": True, "attribute_name": "expires_at"}],
                "tags": '${merge(var.tags, { Type = "DynamoDB" })}',
                "labels": {"b": 2},
                "deletion_protection_enabled": True,
                "point_in_time_recovery": {"enabled": True},
            },
            "y": {"dimensions": {"TableName": f"${{{TYPE}.x.name}}"}, "price": "$${1}"},
        },
        "alarm": {"new": {"alarm_name": f"${{{TYPE}.x.name}}-a", "provider": "aws.west"}},
    }
}
STYLES: dict[str, Callable[[Any], str]] = {
    "two blanks": lambda value: json.dumps(value, indent=2) + "\n",
    "four blanks": lambda value: json.dumps(value, indent=4),
    "tabs and CRLF": lambda value: json.dumps(value, indent="\t").replace("\n", "\r\n"),
    "one line": json.dumps,
    "no blanks": lambda value: json.dumps(value, separators=(",", ":")),
}


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES.keys())
def test_the_file_after_changes(style: Callable[[Any], str]) -> None:
    before = style({"resource": {TYPE: {"x": TABLE}}})
    source = SourceFile("main.tf.json", before.encode())
    after = changed(source, changes(source.body.blocks[0])).decode()
    assert json.loads(after) == AFTER
    assert ("\n" in after, "\r\n" in after, after.endswith("\n")) == ("\n" in before, "\r\n" in before, before.endswith("\n"))


def test_members_stand_on_lines_of_their_own_where_the_others_do() -> None:
    source = SourceFile("main.tf.json", STYLES["two blanks"]({"resource": {TYPE: {"x": {"name": "x"}}}}).encode())
    body = source.body.blocks[0].body
    found: list[Change] = [AddArgument(body.span, "class", "[1, 2]"), AddBlock(body.span, NewBlock("ttl", (), (("enabled", "true"),)))]
    assert changed(source, found).decode() == (
        '{\n  "resource": {\n    "aws_dynamodb_table": {\n      "x": {\n        "name": "x",\n        "class": [1, 2],\n'
        '        "ttl": {\n          "enabled": true\n        }\n      }\n    }\n  }\n}\n'
    )
