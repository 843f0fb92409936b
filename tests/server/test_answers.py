"""Edits, texts about a place, and links, by a real client."""

from __future__ import annotations

from lsprotocol import types

from tests.server.conftest import Write
from tests.server.test_diagnostics import ONE_RULE, TABLE
from tests.support.editor import Editor

ALARM = """\
resource "aws_cloudwatch_metric_alarm" "reads" {
  alarm_name          = "reads"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 60
  evaluation_periods  = 1
  dimensions          = { TableName = aws_dynamodb_table.orders.name }
}
"""


def test_a_safe_edit_is_the_preferred_fix_and_corrects_the_finding(folder: Write, editor: Editor) -> None:
    main = folder({".dyncheck.yaml": ONE_RULE, "main.tf": TABLE % "false"}) / "main.tf"
    editor.open(main)
    (action,) = editor.actions(main, 10)
    assert (action.title, action.kind, action.is_preferred) == ("Correct: Encryption with a KMS key is off", "quickfix", True)
    assert list(action.diagnostics or ()) == editor.raw(main)
    assert editor.applied(main, action) == TABLE % "true"
    assert editor.change(main, editor.applied(main, action)) == []


def test_the_edit_is_made_for_the_text_in_the_editor_and_for_its_version(folder: Write, editor: Editor) -> None:
    main = folder({".dyncheck.yaml": ONE_RULE, "main.tf": "# saved\n"}) / "main.tf"
    editor.open(main)
    text = ("# 👩‍👧\n" + TABLE % "/* 👩‍👧 */ false").replace("\n", "\r\n")
    editor.change(main, text)
    (action,) = editor.actions(main, 11)
    assert editor.applied(main, action) == text.replace("false", "true")
    assert action.edit is not None
    (document,) = action.edit.document_changes or ()
    assert isinstance(document, types.TextDocumentEdit)
    assert document.text_document.version == 2


def test_lines_that_an_edit_adds_end_as_those_of_the_file(folder: Write, editor: Editor) -> None:
    main = (
        folder({".dyncheck.yaml": "select: [no-point-in-time-recovery]\n", "main.tf": (TABLE % "true").replace("\n", "\r\n")}) / "main.tf"
    )
    editor.open(main)
    (action,) = editor.actions(main, 0)
    text = editor.applied(main, action)
    assert text.count("\n") == text.count("\r\n") == TABLE.count("\n") + 4
    assert "point_in_time_recovery {\r\n    enabled = true\r\n  }" in text


def test_an_unsafe_edit_says_so_and_is_not_preferred(folder: Write, editor: Editor) -> None:
    main = folder({".dyncheck.yaml": "select: [no-deletion-protection]\n", "main.tf": TABLE % "true"}) / "main.tf"
    editor.open(main)
    actions = editor.actions(main, 0)
    assert [(each.title, each.is_preferred) for each in actions] in (
        [("Correct (unsafe, review it): Deletion protection is off", None)],
        [("Correct: Deletion protection is off", True)],
    )


def test_an_edit_in_a_module_is_checked_with_every_root_module_that_uses_it(folder: Write, editor: Editor) -> None:
    call = 'module "orders" {\n  source  = "../orders"\n  encrypt = false\n}\n'
    root = folder(
        {
            ".dyncheck.yaml": ONE_RULE,
            "app/main.tf": call,
            "orders/main.tf": 'variable "encrypt" {\n  type = bool\n}\n\n' + TABLE % "var.encrypt",
        }
    )
    editor.open(root / "app/main.tf")
    editor.open(root / "orders/main.tf")
    (action,) = editor.actions(root / "orders/main.tf", 14)
    assert editor.applied(root / "app/main.tf", action) == call.replace("false", "true")


def test_all_safe_edits_of_a_file_are_one_action_when_the_editor_asks_for_it(folder: Write, editor: Editor) -> None:
    text = TABLE % "false" + "\n" + (TABLE % "false").replace("orders", "carts")
    main = folder({".dyncheck.yaml": ONE_RULE, "main.tf": text}) / "main.tf"
    editor.open(main)
    (action,) = editor.actions(main, 0, only=["source.fixAll"])
    assert action.kind == "source.fixAll.dyncheck"
    assert editor.applied(main, action) == text.replace("false", "true")
    assert editor.actions(main, 0, only=["refactor"]) == []


def test_a_place_without_a_finding_has_no_action(folder: Write, editor: Editor) -> None:
    main = folder({".dyncheck.yaml": ONE_RULE, "main.tf": TABLE % "false"}) / "main.tf"
    editor.open(main)
    assert editor.actions(main, 0) == []


def test_a_finding_says_what_its_rule_demands(folder: Write, editor: Editor) -> None:
    main = folder({".dyncheck.yaml": ONE_RULE, "main.tf": TABLE % "false"}) / "main.tf"
    editor.open(main)
    text = editor.hover(main, 10)
    assert text.startswith("`aws_dynamodb_table.orders`\n\n```terraform\nserver_side_encryption.enabled = false\n```\n\n---\n\n**")
    assert "(error, [unencrypted-table](https://" in text
    assert "**Why:** " in text
    assert "```terraform\nserver_side_encryption {" in text


def test_a_value_says_where_it_comes_from(folder: Write, editor: Editor) -> None:
    root = folder(
        {
            ".dyncheck.yaml": ONE_RULE,
            "app/main.tf": 'module "orders" {\n  source  = "../orders"\n  encrypt = true\n}\n',
            "orders/main.tf": 'variable "encrypt" {\n  type = bool\n}\n\n' + TABLE % "var.encrypt",
        }
    )
    editor.open(root / "orders/main.tf")
    assert editor.hover(root / "orders/main.tf", 14) == (
        "`module.orders.aws_dynamodb_table.orders`\n\n```terraform\nserver_side_encryption.enabled = true\n```\n"
        f"- [main.tf:3]({(root / 'app/main.tf').as_uri()}#L3): var.encrypt is set here"
    )


def test_a_sensitive_value_is_not_shown(folder: Write, editor: Editor) -> None:
    text = 'variable "name" {\n  default   = "secret-name"\n  sensitive = true\n}\n\n' + (TABLE % "true").replace(
        '= "orders"', "= var.name"
    )
    main = folder({".dyncheck.yaml": ONE_RULE, "main.tf": text}) / "main.tf"
    editor.open(main)
    assert "secret-name" not in editor.hover(main, 6)
    assert "(sensitive)" in editor.hover(main, 6)


def test_an_alarm_says_what_it_watches_and_a_table_what_watches_it(folder: Write, editor: Editor) -> None:
    main = folder({".dyncheck.yaml": ONE_RULE, "main.tf": ALARM + TABLE % "true"}) / "main.tf"
    editor.open(main)
    watched = "`ReadThrottleEvents Sum > 0 in 1 of 1 periods of 60 s`"
    silent = "it has no alarm_actions"
    alarm, table = editor.hover(main, 0), editor.hover(main, 11)
    assert alarm.startswith(f"`aws_cloudwatch_metric_alarm.reads`\n\n- Watches {watched} of `aws_dynamodb_table.orders`"), (alarm, silent)
    assert table.startswith("`aws_dynamodb_table.orders`\n\n- Table `orders`: partition key `id` (S)\n"), table
    assert f"- {watched} is watched by `aws_cloudwatch_metric_alarm.reads`" in table
    assert "- `WriteThrottleEvents`: no alarm fires on it" in table


def test_a_place_that_is_nothing_for_dyncheck_has_no_text(folder: Write, editor: Editor) -> None:
    main = folder({".dyncheck.yaml": ONE_RULE, "main.tf": TABLE % "true"}) / "main.tf"
    editor.open(main)
    assert editor.hover(main, 3) == ""
    assert editor.hover(main, 9_999) == ""


def test_sources_of_modules_and_rules_in_comments_are_links(folder: Write, editor: Editor) -> None:
    text = """\
# dyncheck: ignore[unencrypted-table, missing-tags] no
module "here" {
  source = "./orders"
}
module "gone" {
  source = "./gone"
}
module "registry" {
  source = "terraform-aws-modules/dynamodb-table/aws"
}
module "git" {
  source = "git::https://github.com/acme/tables.git//orders?ref=v1"
}
"""
    root = folder({".dyncheck.yaml": ONE_RULE, "main.tf": text, "orders/main.tf": TABLE % "true"})
    editor.open(root / "main.tf")
    (first, here), (registry_text, registry), (git_text, git), *rules = editor.links(root / "main.tf")
    assert (first, here) == ("./orders", (root / "orders/main.tf").as_uri())
    assert (registry_text, registry) == (
        "terraform-aws-modules/dynamodb-table/aws",
        "https://registry.terraform.io/modules/terraform-aws-modules/dynamodb-table/aws",
    )
    assert (git_text, git) == ("git::https://github.com/acme/tables.git//orders?ref=v1", "https://github.com/acme/tables")
    assert [(name, url.rpartition("/")[2]) for name, url in rules] == [
        ("unencrypted-table", "unencrypted-table.md"),
        ("missing-tags", "missing-tags.md"),
    ]
