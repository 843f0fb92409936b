"""`dyncheck items --model` on the command line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Dyncheck
from tests.data_model.changes import FILE, MISTAKES, MODEL, changed


def test_a_data_model_without_mistakes_passes_and_shows_what_serves_each_pattern(dyncheck: Dyncheck, tmp_path: Path) -> None:
    shutil.copy(FILE, tmp_path)
    done = dyncheck("items", "--model", FILE.name, "-v", "--format", "json")
    report = json.loads(done.stdout)
    assert (done.returncode, done.stderr.decode(), report["summary"]["pass"]) == (0, "", 10)
    assert [(each["address"], each["found"]) for each in report["results"]] == [
        ("access_patterns[0]", "1 (Order by its number): GetItem on the key of the table"),
        ("access_patterns[1]", "2 (Orders of a customer, the latest first): Query on the key of the table"),
        ("access_patterns[2]", '3 (Open orders of a day): Query on index "ByStatus"'),
        ("access_patterns[3]", '4 (Large orders of a customer): Query on index "ByTotal"'),
        ("access_patterns[4]", "5 (Paid orders of a customer): Query on the key of the table"),
        ("access_patterns[5]", "6 (Place an order): TransactWriteItems on the table"),
        ("access_patterns[5]", "6 (Place an order): UpdateItem on the key of the table"),
        ("access_patterns[6]", "7 (Two customers): BatchGetItem on the key of the table"),
        ("access_patterns[7]", "8 (All customers): Scan on the table"),
        ("access_patterns[9]", "9 (Send an order): UpdateItem on the key of the table"),
    ]


def test_each_finding_has_its_line_and_what_cannot_be_read_fails(dyncheck: Dyncheck, tmp_path: Path) -> None:
    def change(model: dict[str, Any]) -> None:
        for name in ("an attribute that no key has", "an item without its sort key", "a request without the sort key"):
            MISTAKES[name].change(model)
        model["access_patterns"][7]["implementation"] += " && ls"

    (tmp_path / "model.json").write_text(json.dumps(changed(change), indent=2))
    done = dyncheck("items", "--model", "model.json", "--format", "concise")
    assert (done.returncode, done.stderr.decode(), done.stdout.decode()) == (
        3,
        "dyncheck: model.json:228: access_patterns[7].implementation has several commands (&&); expected one. This part is not checked\n",
        """\
model.json:88: error invalid-table tables[1].AttributeDefinitions[1] defines "name", which is in no key; DynamoDB refuses such a table (tables[1])
model.json:107: error invalid-item Sort key "order" is missing in an item of the table "Orders"; expected a text (S) (items.Orders[0])
model.json:178: error unserved-access Access pattern 1 (Order by its number) is not served: the table "Orders" has the key "customer" and "order", and the request gives "customer" (access_patterns[0])
3 errors. Exit code 3: not everything could be checked.
""",  # noqa: E501
    )


def test_a_section_that_is_not_there_is_a_notice(dyncheck: Dyncheck, tmp_path: Path) -> None:
    (tmp_path / "model.json").write_text(json.dumps({"tables": MODEL["tables"]}))
    done = dyncheck("items", "--model", "model.json", "--format", "json")
    (read,) = json.loads(done.stdout)["inputs"]
    assert (done.returncode, read["notices"]) == (
        0,
        [
            "The file has no `items`. AWS's validator expects it, also when it is empty.",
            "The file has no `access_patterns`. AWS's validator expects it, also when it is empty.",
        ],
    )


NEEDS = "`dyncheck items` takes files and --contract NAME, or --model FILE."
REMOVE = "--model checks the items in the data model. Remove the other files and --contract."


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ([], 2, NEEDS),
        (["items.json"], 2, NEEDS),
        (["--model", "model.json", "items.json"], 2, REMOVE),
        (["--model", "model.json", "--contract", "products"], 2, REMOVE),
        (["--model", "missing.json"], 3, "missing.json cannot be read: No such file or directory"),
        (["--model", "."], 3, ". cannot be read: It is not a regular file"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_other_arguments_are_refused(dyncheck: Dyncheck, arguments: list[str], code: int, message: str) -> None:
    done = dyncheck("items", *arguments)
    assert (done.returncode, done.stderr.decode(), done.stdout) == (code, f"dyncheck: {message}\n", b"")
