"""Files that are half written: what was read last still serves."""

from __future__ import annotations

from tests.server.conftest import Write
from tests.server.test_diagnostics import ADDRESS, FOUND, MESSAGE, ONE_RULE, TABLE
from tests.support.editor import Editor

UNCLOSED = "error syntax Unclosed configuration block. There is no closing brace for this block before the end of the file."


def test_the_last_good_text_of_a_broken_file_serves_with_one_more_finding_for_the_error(folder: Write, editor: Editor) -> None:
    main = folder({".dyncheck.yaml": ONE_RULE, "main.tf": TABLE % "false"}) / "main.tf"
    assert editor.open(main) == [FOUND]
    assert editor.change(main, TABLE % "false" + "\nlocals {\n") == [f"14:7-14:8 {UNCLOSED}", FOUND]
    # What stands below the broken part has moved with it.
    broken = "locals {\n\n\n" + TABLE % "false"
    assert editor.change(main, broken) == [
        f"0:7-0:8 {UNCLOSED}",
        FOUND.replace("10:4-10:19", "13:4-13:19"),
    ]
    assert editor.change(main, TABLE % "true") == []


def test_other_files_of_a_broken_module_are_still_checked(folder: Write, editor: Editor) -> None:
    root = folder(
        {".dyncheck.yaml": ONE_RULE, "main.tf": TABLE % "var.encrypt", "variables.tf": 'variable "encrypt" {\n  default = true\n}\n'}
    )
    main, variables = root / "main.tf", root / "variables.tf"
    assert editor.open(main) == []
    assert editor.open(variables) == []
    broken = editor.change(variables, 'variable "encrypt" {\n  default = tr\n}\n\nvariable "')
    assert [each.split(" ")[:3] for each in broken] == [["4:9-4:10", "error", "syntax"]]
    assert editor.change(main, TABLE % "false") == [FOUND]
    assert editor.change(main, TABLE % "var.encrypt") == []


def test_a_block_that_is_there_twice_is_an_error_at_its_place_and_the_rest_still_checked(folder: Write, editor: Editor) -> None:
    main = folder({".dyncheck.yaml": ONE_RULE, "main.tf": TABLE % "false"}) / "main.tf"
    editor.open(main)
    assert editor.change(main, TABLE % "false" + "locals {\n  a = 1\n}\nlocals {\n  a = 2\n}\n") == [
        '17:2-17:7 error invalid Duplicate local value "a". The first one is at main.tf:15. Remove or rename one of them.',
        FOUND,
    ]


def test_a_file_that_was_never_good_shows_its_error_alone(folder: Write, editor: Editor) -> None:
    main = folder({".dyncheck.yaml": ONE_RULE, "main.tf": TABLE % "false" + "locals {\n"}) / "main.tf"
    assert editor.open(main) == [f"13:7-13:8 {UNCLOSED}"]
    assert editor.change(main, TABLE % "false") == [FOUND]


def test_a_broken_file_of_values_keeps_its_last_values(folder: Write, editor: Editor) -> None:
    text = 'variable "encrypt" {\n  type = bool\n}\n\n' + TABLE % "var.encrypt"
    root = folder({".dyncheck.yaml": ONE_RULE, "main.tf": text, "terraform.tfvars": "encrypt = false\n"})
    editor.open(root / "main.tf")
    values = root / "terraform.tfvars"
    expected = f"14:4-14:25 error unencrypted-table {MESSAGE} ({ADDRESS}) | terraform.tfvars:0:0 var.encrypt is set here"
    editor.open(values)
    (broken,) = editor.change(values, "encrypt = false\nname = \n")
    assert broken.split(" ")[:3] == ["1:7-1:7", "error", "syntax"]
    assert editor.diagnostics(root / "main.tf") == [expected]


def test_a_reference_to_what_does_not_exist_yet_is_an_error_at_its_place(folder: Write, editor: Editor) -> None:
    main = folder({".dyncheck.yaml": ONE_RULE, "main.tf": TABLE % "true"}) / "main.tf"
    editor.open(main)
    found = editor.change(main, (TABLE % "false").replace('"orders"\n', "local.name\n"))
    assert found[1:] == [FOUND]
    assert found[0].startswith("1:13-1:23 error invalid ")


def test_errors_in_what_stands_for_a_broken_file_move_with_it(folder: Write, editor: Editor) -> None:
    main = folder({".dyncheck.yaml": ONE_RULE, "main.tf": TABLE % "local.no"}) / "main.tf"
    (error, *_) = editor.open(main)
    assert error.startswith("10:14-10:22 error invalid ")
    (broken, moved, *_) = editor.change(main, "locals {\n\n" + TABLE % "local.no")
    assert broken == f"0:7-0:8 {UNCLOSED}"
    assert moved == error.replace("10:14-10:22", "12:4-12:22")


def test_a_broken_file_has_no_edits(folder: Write, editor: Editor) -> None:
    main = folder({".dyncheck.yaml": ONE_RULE, "main.tf": TABLE % "false"}) / "main.tf"
    editor.open(main)
    assert len(editor.actions(main, 10)) == 1
    editor.change(main, TABLE % "false" + "locals {\n")
    assert editor.actions(main, 10) == []
    assert editor.links(main) == []
