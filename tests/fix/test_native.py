"""Changes in a file of the native syntax: in the style of the file, and as `terraform fmt` has it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from textwrap import dedent

import pytest

from dyncheck.fix.changes import AddArgument, AddBlock, AddItem, Append, Change, NewBlock, RemoveArgument, RemoveItem, SetValue
from dyncheck.fix.layout import changed
from dyncheck.fix.sources import SourceFile
from dyncheck.readers.hcl.language.nodes import BlockNode, Span

Changes = Callable[[BlockNode], list[Change]]

RECOVERY = NewBlock("point_in_time_recovery", (), (("enabled", "true"),))


def edited(text: str, changes: Changes) -> str:
    """The text after changes in its first block."""
    source = SourceFile("main.tf", text.encode())
    return changed(source, changes(source.body.blocks[0])).decode()


def argument(block: BlockNode, name: str) -> Span:
    """The place of an argument of a block."""
    return block.body.arguments[name].span


CASES: dict[str, tuple[str, Changes, str]] = {
    "a value between comments that nobody aligned": (
        """\
        resource "t" "x" {
          name    = "x" # why
          enabled = false # a comment
          other   = 1
        }
        """,
        lambda block: [SetValue(argument(block, "enabled"), "true")],
        """\
        resource "t" "x" {
          name    = "x" # why
          enabled = true # a comment
          other   = 1
        }
        """,
    ),
    "a value between aligned comments": (
        """\
        resource "t" "x" {
          name    = "x"   # why
          enabled = false # a comment
          other   = 1     # more
        }
        """,
        lambda block: [SetValue(argument(block, "enabled"), "true")],
        """\
        resource "t" "x" {
          name    = "x"  # why
          enabled = true # a comment
          other   = 1    # more
        }
        """,
    ),
    "an argument that fits": (
        """\
        resource "t" "x" {
          name         = "x"
          billing_mode = "PAY_PER_REQUEST"

          ttl {
            enabled = true
          }
        }
        """,
        lambda block: [AddArgument(block.body.span, "table_class", '"STANDARD"')],
        """\
        resource "t" "x" {
          name         = "x"
          billing_mode = "PAY_PER_REQUEST"
          table_class  = "STANDARD"

          ttl {
            enabled = true
          }
        }
        """,
    ),
    "the first input of a module": (
        """\
        module "m" {
          source = "../m"
        }
        """,
        lambda block: [AddArgument(block.body.span, "recovery", "true")],
        """\
        module "m" {
          source   = "../m"
          recovery = true
        }
        """,
    ),
    "an argument that moves two lines": (
        """\
        resource "t" "x" {
          name = "x"
          key  = "id"
        }
        """,
        lambda block: [AddArgument(block.body.span, "deletion_protection_enabled", "true")],
        """\
        resource "t" "x" {
          name                        = "x"
          key                         = "id"
          deletion_protection_enabled = true
        }
        """,
    ),
    "an argument that would move many lines": (
        """\
        resource "t" "x" {
          name         = "x"
          billing_mode = "y"
          hash_key     = "id"

          # The key.
          attribute {
            name = "id"
          }
        }
        """,
        lambda block: [AddArgument(block.body.span, "deletion_protection_enabled", "true")],
        """\
        resource "t" "x" {
          name         = "x"
          billing_mode = "y"
          hash_key     = "id"

          deletion_protection_enabled = true

          # The key.
          attribute {
            name = "id"
          }
        }
        """,
    ),
    "an argument after one with a similar name": (
        """\
        resource "t" "x" {
          hash_key   = "id"
          name       = "x"
          class_code = 1
        }
        """,
        lambda block: [AddArgument(block.body.span, "range_key", '"at"')],
        """\
        resource "t" "x" {
          hash_key   = "id"
          range_key  = "at"
          name       = "x"
          class_code = 1
        }
        """,
    ),
    "an argument in a block on one line": (
        """\
        resource "t" "x" { enabled = false }
        """,
        lambda block: [SetValue(argument(block, "enabled"), "true"), AddArgument(block.body.span, "attribute_name", '"ttl"')],
        """\
        resource "t" "x" {
          enabled        = true
          attribute_name = "ttl"
        }
        """,
    ),
    "an argument in an empty block": (
        """\
        resource "t" "x" {}
        """,
        lambda block: [AddArgument(block.body.span, "enabled", "true")],
        """\
        resource "t" "x" {
          enabled = true
        }
        """,
    ),
    "an argument in lines that nobody aligned": (
        """\
        resource "t" "x" {
          a = 1
          long_name   = 2
          other = 3
        }
        """,
        lambda block: [AddArgument(block.body.span, "class", "4")],
        """\
        resource "t" "x" {
          a = 1
          long_name   = 2
          other = 3
          class = 4
        }
        """,
    ),
    "an argument with tabs": (
        """\
        resource "t" "x" {
        \tname = "x"

        \tttl {
        \t\tenabled = true
        \t}
        }
        """,
        lambda block: [AddArgument(block.body.span, "class", '"c"'), AddBlock(block.body.span, RECOVERY)],
        """\
        resource "t" "x" {
        \tname  = "x"
        \tclass = "c"

        \tttl {
        \t\tenabled = true
        \t}

        \tpoint_in_time_recovery {
        \t\tenabled = true
        \t}
        }
        """,
    ),
    "a block before the tags and the lifecycle": (
        """\
        resource "t" "x" {
          name = "x"

          ttl {
            enabled = true
          }

          tags = {
            Name = "x"
          }

          lifecycle {
            prevent_destroy = true
          }
        }
        """,
        lambda block: [AddBlock(block.body.span, RECOVERY)],
        """\
        resource "t" "x" {
          name = "x"

          ttl {
            enabled = true
          }

          point_in_time_recovery {
            enabled = true
          }

          tags = {
            Name = "x"
          }

          lifecycle {
            prevent_destroy = true
          }
        }
        """,
    ),
    "a block after blocks without empty lines": (
        """\
        resource "t" "x" {
          name = "x"
          attribute {
            name = "a"
          }
          attribute {
            name = "b"
          }
          tags = {}
        }
        """,
        lambda block: [AddBlock(block.body.span, RECOVERY)],
        """\
        resource "t" "x" {
          name = "x"
          attribute {
            name = "a"
          }
          attribute {
            name = "b"
          }
          point_in_time_recovery {
            enabled = true
          }
          tags = {}
        }
        """,
    ),
    "the first block": (
        """\
        resource "t" "x" {
          name = "x" # the name
          # a comment at the end
        }
        """,
        lambda block: [AddBlock(block.body.span, RECOVERY)],
        """\
        resource "t" "x" {
          name = "x" # the name

          point_in_time_recovery {
            enabled = true
          }

          # a comment at the end
        }
        """,
    ),
    "two changes of one new block": (
        """\
        resource "t" "x" {
          name = "x"
        }
        """,
        lambda block: [
            AddBlock(block.body.span, NewBlock("server_side_encryption", (), (("enabled", "true"),))),
            AddBlock(block.body.span, NewBlock("server_side_encryption", (), (("enabled", "true"), ("kms_key_arn", "var.key")))),
        ],
        """\
        resource "t" "x" {
          name = "x"

          server_side_encryption {
            enabled     = true
            kms_key_arn = var.key
          }
        }
        """,
    ),
    "an item of an object on several lines": (
        """\
        resource "t" "x" {
          tags = merge(var.tags, {
            Name = "x" # the name
          })
        }
        """,
        lambda block: [AddItem(argument(block, "tags"), "CostCenter", '"1"')],
        """\
        resource "t" "x" {
          tags = merge(var.tags, {
            Name       = "x" # the name
            CostCenter = "1"
          })
        }
        """,
    ),
    "an item of an object with commas": (
        """\
        resource "t" "x" {
          tags = {
            "a b" = 1,
            Name  = "x",
          }
        }
        """,
        lambda block: [AddItem(argument(block, "tags"), "Type", '"y"')],
        """\
        resource "t" "x" {
          tags = {
            "a b" = 1,
            Name  = "x",
            Type  = "y",
          }
        }
        """,
    ),
    "items of objects on one line": (
        """\
        resource "t" "x" {
          tags   = { Name = "x" }
          others = {}
        }
        """,
        lambda block: [AddItem(argument(block, "tags"), "Type", '"y"'), AddItem(argument(block, "others"), "a b", "1")],
        """\
        resource "t" "x" {
          tags   = { Name = "x", Type = "y" }
          others = { "a b" = 1 }
        }
        """,
    ),
    "an item of a map that is no object": (
        """\
        resource "t" "x" {
          tags = var.tags
        }
        """,
        lambda block: [AddItem(argument(block, "tags"), "Type", '"y"')],
        """\
        resource "t" "x" {
          tags = merge(var.tags, { Type = "y" })
        }
        """,
    ),
    "two items of a map that is no object": (
        """\
        resource "t" "x" {
          tags = var.tags
        }
        """,
        lambda block: [AddItem(argument(block, "tags"), "Type", '"y"'), AddItem(argument(block, "tags"), "Name", '"x"')],
        """\
        resource "t" "x" {
          tags = merge(var.tags, {
            Type = "y"
            Name = "x"
          })
        }
        """,
    ),
    "items of merged maps": (
        """\
        resource "t" "x" {
          tags = merge(var.tags, local.tags)
          none = null
          others = merge(
            var.tags,
            local.tags,
          )
        }
        """,
        lambda block: [AddItem(argument(block, name), "Type", '"y"') for name in ("tags", "none", "others")],
        """\
        resource "t" "x" {
          tags = merge(var.tags, local.tags, { Type = "y" })
          none = { Type = "y" }
          others = merge(
            var.tags,
            local.tags,
            { Type = "y" },
          )
        }
        """,
    ),
    "the first argument removed": (
        """\
        resource "t" "x" {
          name = "x"

          class = "c"
        }
        """,
        lambda block: [RemoveArgument(block.body.span, "name")],
        """\
        resource "t" "x" {
          class = "c"
        }
        """,
    ),
    "an argument removed": (
        """\
        resource "t" "x" {
          name          = "x"
          read_capacity = 5
          class         = "c"

          hash = 1
        }
        """,
        lambda block: [RemoveArgument(block.body.span, "read_capacity"), RemoveArgument(block.body.span, "hash")],
        """\
        resource "t" "x" {
          name  = "x"
          class = "c"
        }
        """,
    ),
    "an argument removed that has a comment": (
        """\
        resource "t" "x" {
          read_capacity = 5 # enough
        }
        """,
        lambda block: [RemoveArgument(block.body.span, "read_capacity")],
        """\
        resource "t" "x" {
          read_capacity = null # enough
        }
        """,
    ),
    "items removed": (
        """\
        resource "t" "x" {
          lines = {
            a   = 1
            bcd = 2
          }
          line  = { a = 1, b = 2 }
          first = { a = 1, b = 2 }
          only  = { a = 1 }
        }
        """,
        lambda block: [
            RemoveItem(argument(block, "lines"), "bcd"),
            RemoveItem(argument(block, "line"), "b"),
            RemoveItem(argument(block, "first"), "a"),
            RemoveItem(argument(block, "only"), "a"),
        ],
        """\
        resource "t" "x" {
          lines = {
            a = 1
          }
          line  = { a = 1 }
          first = { b = 2 }
          only  = {}
        }
        """,
    ),
    "a new resource": (
        """\
        resource "t" "x" {
          name = "x"
        }
        """,
        lambda _: [
            Append(
                "main.tf",
                NewBlock("resource", ("a", "b"), (("name", '"n"'), ("statistic", '"Sum"')), (NewBlock("inner", (), (("a", "1"),)),)),
            )
        ],
        """\
        resource "t" "x" {
          name = "x"
        }

        resource "a" "b" {
          name      = "n"
          statistic = "Sum"

          inner {
            a = 1
          }
        }
        """,
    ),
    "letters of two bytes": (
        """\
        resource "t" "x" {
          größe = "é" # ü
          name  = "x" # é
        }
        """,
        lambda block: [SetValue(argument(block, "größe"), '"è1"')],
        """\
        resource "t" "x" {
          größe = "è1" # ü
          name  = "x"  # é
        }
        """,
    ),
}
each_case = pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())


@each_case
def test_the_file_after_changes(case: tuple[str, Changes, str]) -> None:
    before, changes, after = case
    assert edited(dedent(before), changes) == dedent(after)


@each_case
def test_the_ends_of_lines_stay(case: tuple[str, Changes, str]) -> None:
    before, changes, after = (dedent(part).replace("\n", "\r\n") if isinstance(part, str) else part for part in case)
    assert edited(str(before), changes) == after  # type: ignore[arg-type]


@each_case
def test_a_file_without_a_last_line_end_stays_so(case: tuple[str, Changes, str]) -> None:
    before, changes, after = case
    assert edited(dedent(before).rstrip("\n"), changes) == dedent(after).rstrip("\n")


@pytest.mark.terraform
@pytest.mark.parametrize("name", [name for name in CASES if "nobody" not in name and "tabs" not in name])
def test_terraform_fmt_leaves_the_file_as_it_is(name: str) -> None:
    before, changes, _ = CASES[name]
    for text in (dedent(before), edited(dedent(before), changes)):
        done = subprocess.run(["terraform", "fmt", "-"], input=text.encode(), capture_output=True, check=True)
        assert done.stdout.decode() == text


def test_a_byte_order_mark_and_bytes_that_are_not_utf_8_stay() -> None:
    text = b'\xef\xbb\xbf# \xff\nresource "t" "x" {\n  enabled = false # \xe9\n}\n'
    source = SourceFile("main.tf", text)
    change = SetValue(source.body.blocks[0].body.arguments["enabled"].span, "true")
    assert changed(source, [change]) == text.replace(b"false", b"true")
