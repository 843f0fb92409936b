"""The diagnostics of open files, by a real client."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.server.conftest import Write
from tests.support.editor import Editor, command

ONE_RULE = "select: [unencrypted-table]\n"
TABLE = """\
resource "aws_dynamodb_table" "orders" {
  name     = "orders"
  hash_key = "id"

  attribute {
    name = "id"
    type = "S"
  }

  server_side_encryption {
    enabled = %s
  }
}
"""
ADDRESS = "aws_dynamodb_table.orders"
MESSAGE = "Encryption with a KMS key is off: server_side_encryption.enabled is false; expected true"
FOUND = f"10:4-10:19 error unencrypted-table {MESSAGE} ({ADDRESS})"


def test_findings_of_the_text_in_the_editor_are_shown_not_those_of_the_file(folder: Write, editor: Editor) -> None:
    main = folder({".dyncheck.yaml": ONE_RULE, "main.tf": TABLE % "true"}) / "main.tf"
    assert editor.open(main) == []
    assert editor.change(main, TABLE % "false") == [FOUND]
    assert editor.change(main, "# More\n" + TABLE % "false") == [FOUND.replace("10:4-10:19", "11:4-11:19")]
    assert editor.change(main, TABLE % "true") == []


def test_a_finding_has_the_page_of_its_rule_and_its_source(folder: Write, editor: Editor) -> None:
    main = folder({".dyncheck.yaml": ONE_RULE, "main.tf": TABLE % "false"}) / "main.tf"
    editor.open(main)
    (diagnostic,) = editor.raw(main)
    assert diagnostic.source == "dyncheck"
    assert diagnostic.code_description
    assert diagnostic.code_description.href.endswith("/docs/rules/unencrypted-table.md")


def test_a_finding_in_a_module_is_in_its_file_with_the_place_that_sets_the_value(folder: Write, editor: Editor) -> None:
    root = folder(
        {
            ".dyncheck.yaml": ONE_RULE,
            "app/main.tf": 'module "orders" {\n  source  = "../orders"\n  encrypt = false\n}\n',
            "orders/main.tf": 'variable "encrypt" {\n  type = bool\n}\n\n' + TABLE % "var.encrypt",
        }
    )
    assert editor.open(root / "app/main.tf") == []
    found = f"14:4-14:25 error unencrypted-table {MESSAGE} (module.orders.{ADDRESS}) | main.tf:2:2 var.encrypt is set here"
    assert editor.diagnostics(root / "orders/main.tf") == [found]
    assert editor.change(root / "app/main.tf", 'module "orders" {\n  source  = "../orders"\n  encrypt = true\n}\n') == []
    assert editor.diagnostics(root / "orders/main.tf") == []


def test_a_closed_file_counts_as_it_is_on_the_disk_and_then_shows_nothing(folder: Write, editor: Editor) -> None:
    root = folder(
        {
            ".dyncheck.yaml": ONE_RULE,
            "main.tf": 'module "orders" {\n  source  = "./orders"\n  encrypt = true\n}\n',
            "orders/main.tf": 'variable "encrypt" {\n  type = bool\n}\n\n' + TABLE % "var.encrypt",
        }
    )
    inner = root / "orders/main.tf"
    editor.open(root / "main.tf")
    assert len(editor.open(inner, 'variable "encrypt" {}\n' + TABLE % "false")) == 1
    editor.close(inner)
    editor.wait_for(inner, [])
    editor.change(root / "main.tf", 'module "orders" {\n  source  = "./orders"\n  encrypt = false\n}\n')
    assert len(editor.diagnostics(inner)) == 1
    editor.close(root / "main.tf")
    editor.wait_for(inner, [])


def test_unknown_results_are_information_and_waived_ones_are_not_shown(folder: Write, editor: Editor) -> None:
    waived = (TABLE % "false").replace("    enabled", "    # dyncheck: ignore[unencrypted-table] public data\n    enabled")
    main = folder({".dyncheck.yaml": ONE_RULE, "main.tf": waived}) / "main.tf"
    assert editor.open(main) == []
    unknown = 'variable "encrypt" {\n  type = bool\n}\n\n' + TABLE % "var.encrypt"
    reason = "Unknown: server_side_encryption.enabled waits for var.encrypt (no value is given)"
    assert editor.change(main, unknown) == [f"14:4-14:25 information unencrypted-table {reason} ({ADDRESS})"]


def test_an_unused_waiver_is_shown_as_unnecessary(folder: Write, editor: Editor) -> None:
    waived = (TABLE % "true").replace("    enabled", "    # dyncheck: ignore[unencrypted-table] public data\n    enabled")
    main = folder({".dyncheck.yaml": ONE_RULE, "main.tf": waived}) / "main.tf"
    assert editor.open(main) == ["10:4-10:53 hint the waiver of unencrypted-table waives nothing. Remove it. | unnecessary"]


def test_the_same_finding_of_several_root_modules_is_shown_once(folder: Write, editor: Editor) -> None:
    call = 'module "orders" {\n  source = "../orders"\n}\n'
    root = folder({".dyncheck.yaml": ONE_RULE, "one/main.tf": call, "two/main.tf": call, "orders/main.tf": TABLE % "false"})
    assert editor.open(root / "orders/main.tf") == [
        FOUND.replace(ADDRESS, f"module.orders.{ADDRESS}, two: module.orders.{ADDRESS}"),
    ]


def test_a_file_that_was_never_saved_is_checked(folder: Write, editor: Editor) -> None:
    root = folder({".dyncheck.yaml": ONE_RULE, "main.tf": TABLE % "true"})
    assert editor.open(root / "more.tf", (TABLE % "false").replace("orders", "carts")) == [FOUND.replace("orders", "carts")]
    (root / "new").mkdir()
    assert editor.open(root / "new/main.tf", TABLE % "false") == [FOUND]


def test_values_in_an_open_file_of_values_count(folder: Write, editor: Editor) -> None:
    text = 'variable "encrypt" {\n  type = bool\n}\n\n' + TABLE % "var.encrypt"
    root = folder({".dyncheck.yaml": ONE_RULE, "main.tf": text, "terraform.tfvars": "encrypt = true\n"})
    assert editor.open(root / "main.tf") == []
    editor.open(root / "terraform.tfvars", "encrypt = false\n")
    expected = f"14:4-14:25 error unencrypted-table {MESSAGE} ({ADDRESS}) | terraform.tfvars:0:0 var.encrypt is set here"
    editor.wait_for(root / "main.tf", [expected])


def test_excluded_directories_are_not_checked(folder: Write, editor: Editor) -> None:
    root = folder({".dyncheck.yaml": ONE_RULE + "exclude: [old]\n", "main.tf": TABLE % "false", "old/main.tf": TABLE % "false"})
    assert editor.open(root / "old/main.tf") == []
    assert editor.open(root / "main.tf") == [FOUND]


def test_the_configuration_is_read_again_when_it_changes(folder: Write, editor: Editor) -> None:
    root = folder({".dyncheck.yaml": ONE_RULE, "main.tf": TABLE % "false"})
    assert editor.open(root / "main.tf") == [FOUND]
    folder({".dyncheck.yaml": ONE_RULE + "severities: {unencrypted-table: note}\n"})
    assert editor.change(root / "main.tf", TABLE % "false ") == [FOUND.replace("error", "information")]
    folder({".dyncheck.yaml": "select: [no-such-rule]\n"})
    editor.tell_of_files(root / ".dyncheck.yaml")
    editor.wait_for(
        root / ".dyncheck.yaml",
        ["0:0-0:22 error configuration select[0]: there is no rule 'no-such-rule'."],
    )
    assert editor.diagnostics(root / "main.tf") == [FOUND.replace("error", "information")]
    folder({".dyncheck.yaml": ONE_RULE})
    editor.tell_of_files(root / ".dyncheck.yaml")
    editor.wait_for(root / "main.tf", [FOUND])
    assert editor.diagnostics(root / ".dyncheck.yaml") == []


def test_a_contract_is_read_again_when_it_changes(folder: Write, editor: Editor) -> None:
    contract = "table: orders\nmatch: {name: orders}\ntags: {Team: %s}\n"
    files = {".dyncheck.yaml": "select: [missing-tags]\npolicies: [contracts]\n", "contracts/orders.yaml": contract % '"*"'}
    main = folder({**files, "main.tf": TABLE % "true"}) / "main.tf"
    assert [each.split(" ")[2] for each in editor.open(main)] == ["missing-tags"]
    folder({"contracts/orders.yaml": "table: orders\nmatch: {name: carts}\ntags: {Team: '*'}\n"})
    assert editor.change(main, TABLE % "true ") == []


def test_files_that_change_outside_the_editor_count(folder: Write, editor: Editor) -> None:
    root = folder(
        {
            ".dyncheck.yaml": ONE_RULE,
            "main.tf": 'module "orders" {\n  source = "./orders"\n}\n',
            "orders/main.tf": TABLE % "true",
        }
    )
    editor.open(root / "main.tf")
    folder({"orders/main.tf": TABLE % "false # changed"})
    editor.tell_of_files(root / "orders/main.tf")
    editor.wait_for(root / "orders/main.tf", [FOUND.replace(ADDRESS, f"module.orders.{ADDRESS}").replace("10:19", "10:29")])
    assert editor.watched == ["workspace/didChangeWatchedFiles"]


def test_a_file_outside_of_all_folders_is_checked_with_its_directory(editor: Editor, tmp_path: Path) -> None:
    (tmp_path / ".dyncheck.yaml").write_text(ONE_RULE)
    (tmp_path / "main.tf").write_text(TABLE % "false")
    assert editor.open(tmp_path / "main.tf") == [FOUND]


def test_folders_have_their_own_configurations(folder: Write, editor: Editor, tmp_path_factory: pytest.TempPathFactory) -> None:
    root, other = folder({".dyncheck.yaml": ONE_RULE, "main.tf": TABLE % "false"}), tmp_path_factory.mktemp("other")
    (other / ".git").mkdir()
    (other / ".dyncheck.yaml").write_text("select: [no-point-in-time-recovery]\n")
    (other / "main.tf").write_text(TABLE % "false")
    editor.add_folder(other)
    assert editor.open(root / "main.tf") == [FOUND]
    assert [each.split(" ")[2] for each in editor.open(other / "main.tf")] == ["no-point-in-time-recovery"]
    assert editor.change(root / "main.tf", TABLE % "true") == []
    editor.remove_folder(other)


@pytest.mark.parametrize("name", ["a b", "größe", "100%25", "#1", "a;b"])
def test_a_name_with_signs_that_uris_escape_is_a_name_like_others(folder: Write, editor: Editor, name: str) -> None:
    root = folder({".dyncheck.yaml": ONE_RULE, f"{name}/main.tf": TABLE % "false"})
    assert editor.open(root / name / "main.tf") == [FOUND]


def test_an_open_file_has_the_uri_that_the_editor_uses(folder: Write, editor: Editor) -> None:
    root = folder({".dyncheck.yaml": ONE_RULE, "a+b/main.tf": TABLE % "false"})
    uri = f"{root.as_uri()}/a%2bb/main.tf"
    assert editor.open(root / "a+b/main.tf", uri=uri) == [FOUND]
    assert editor.diagnostics(root / "a+b/main.tf") == []


def test_windows_line_ends_and_characters_of_two_units_keep_the_place(folder: Write, editor: Editor) -> None:
    text = (TABLE % "false").replace("    enabled", "/* 𝒜é👩‍👩‍👧 */ enabled").replace("\n", "\r\n")
    main = folder({".dyncheck.yaml": ONE_RULE, "main.tf": text}) / "main.tf"
    assert editor.open(main) == [FOUND.replace("10:4-10:19", "10:18-10:33")]


def test_columns_count_as_the_editor_wants(tmp_path: Path) -> None:
    (tmp_path / ".dyncheck.yaml").write_text(ONE_RULE)
    main = tmp_path / "main.tf"
    main.write_text((TABLE % "false").replace("    enabled", "/* 𝒜é👩‍👩‍👧 */ enabled"))
    editor = Editor(command(), encodings=["utf-8", "utf-16"])
    assert editor.initialized.capabilities.position_encoding == "utf-8"
    assert editor.open(main) == [FOUND.replace("10:4-10:19", "10:31-10:46")]
    assert editor.end() == (0, b"")


def test_a_plan_that_is_open_has_its_findings_at_the_addresses(editor: Editor, tmp_path: Path) -> None:
    plan = Path("tests/policies/unencrypted_table.plan.json").read_text()
    (tmp_path / ".dyncheck.yaml").write_text(ONE_RULE)
    (tmp_path / "plan.json").write_text(plan)
    found = editor.open(tmp_path / "plan.json")
    places = {each.partition(" ")[0] for each in found}
    assert found
    assert "0:0-0:0" not in places
    assert {each.split(" ")[2] for each in found} == {"unencrypted-table"}
