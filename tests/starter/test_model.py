"""`dyncheck init --from` writes contracts of a data model, which a table that is made from it meets."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from dyncheck import check
from dyncheck.findings import Status
from tests.conftest import Dyncheck
from tests.data_model.changes import FILE, changed, command

ORDERS = """\
# yaml-language-server: $schema=contract.schema.json
# What the data model says of the table Orders. If Terraform gives the table another name, such as dev-Orders, change
# `match`, for example to a pattern.

table: orders

# The tables that this contract holds for. Without `match` it holds for every table.
match: {name: Orders}

# The keys, which can never change on a table that exists.
primary_key:
  hash: {name: customer, type: S}
  range: {name: order, type: S}

# The global secondary indexes that applications read.
indexes:
  ByStatus:
    hash: {name: status, type: S}
    range: {name: placed_at, type: N}
    projection: INCLUDE

# The attribute after which items expire.
time_to_live: {attribute: expires_at}

# The requests of the application, which the key or an index serves.
access:
- {name: Order by its number, operation: GetItem, equal: [customer, order], consistent: true}
- {name: 'Orders of a customer, the latest first', table: true, equal: [customer], range: {attribute: order, condition: begins_with}, \
order: {attribute: order, direction: descending}, page_size: 10}
- {name: Open orders of a day, index: ByStatus, equal: [status], range: {attribute: placed_at, condition: between}, \
attributes: [status, currency]}
- {name: Large orders of a customer, index: ByTotal, equal: [customer], range: {attribute: total, condition: '>='}, attributes: ALL}
- {name: Paid orders of a customer, table: true, equal: [customer], filter: [paid]}
- {name: Place an order, operation: TransactWriteItems}
- {name: Send an order, operation: UpdateItem, equal: [customer, order]}

# In the data model, and not here:
#   index ByTotal: a contract has global indexes only
"""

TABLE = """\
resource "aws_dynamodb_table" "orders" {
  name         = "Orders"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "customer"
  range_key    = "order"
%s
  global_secondary_index {
    name               = "ByStatus"
    hash_key           = "status"
    range_key          = "placed_at"
    projection_type    = "INCLUDE"
    non_key_attributes = ["currency"]
  }

  local_secondary_index {
    name            = "ByTotal"
    range_key       = "total"
    projection_type = "KEYS_ONLY"
  }

  ttl {
    enabled        = true
    attribute_name = "expires_at"
  }
}
"""
TYPES = {"customer": "S", "order": "S", "status": "S", "placed_at": "N", "total": "N"}
ATTRIBUTES = "".join(f'\n  attribute {{\n    name = "{name}"\n    type = "{kind}"\n  }}\n' for name, kind in TYPES.items())


# The rules on what the contract demands.
RULES = ["missing-index", "missing-ttl", "unserved-access", "wrong-index", "wrong-primary-key"]


@pytest.mark.usefixtures("on_every_rule")
def test_the_contract_has_what_the_data_model_says_and_its_table_meets_it(dyncheck: Dyncheck, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    shutil.copy(FILE, tmp_path)
    done = dyncheck("init", "--from", FILE.name)
    assert (done.returncode, done.stderr.decode()) == (0, "")
    assert (
        done.stdout.decode()
        == f"""\
Wrote 4 files from 2 tables in {FILE.name}:
  .dyncheck.yaml            the configuration, which uses the contracts
  contracts/orders.yaml     Orders
  contracts/customers.yaml  Customers

Comments in the contracts say what they leave out, and why.
What to do next:
  1. Read the contracts. Change `match` where Terraform gives a table another name.
  2. Run `dyncheck .`: a table that does not serve an access pattern is a finding.
  3. Commit the files.
"""
    )
    assert (tmp_path / "contracts" / "orders.yaml").read_text() == ORDERS

    (tmp_path / "main.tf").write_text(TABLE % ATTRIBUTES)
    results = check(tmp_path, policies=[tmp_path / "contracts"], select=RULES).results
    assert {(each.rule, each.status) for each in results} == {(rule, Status.PASS) for rule in RULES}


def test_problems_of_the_data_model_are_told_and_left_out(dyncheck: Dyncheck, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    model = changed(command(0, r', "order": {"S": "o1"}', ""))
    (tmp_path / "model.json").write_text(json.dumps(model, indent=2))
    done = dyncheck("init", "--from", "model.json")
    why = 'the table "Orders" has the key "customer" and "order", and the request gives "customer"'
    assert (done.returncode, done.stderr.decode()) == (
        3,
        f"dyncheck: model.json:177: Access pattern 1 (Order by its number) is not served: {why}\n",
    )
    assert (
        "#   access pattern 1 (Order by its number): the table of the data model does not serve it\n"
        in (tmp_path / "contracts" / "orders.yaml").read_text()
    )


def test_a_file_without_a_table_that_can_be_read_writes_nothing(dyncheck: Dyncheck, tmp_path: Path) -> None:
    (tmp_path / "model.json").write_text('{"tables": [{"TableName": "Orders"}], "items": {}, "access_patterns": []}')
    done = dyncheck("init", "--from", "model.json")
    unread = "tables[0].AttributeDefinitions is not there; expected an array. This part is not checked"
    assert (done.returncode, done.stderr.decode()) == (3, f"dyncheck: model.json:1: {unread}\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model.json"]


def test_variables_have_no_meaning_for_a_data_model(dyncheck: Dyncheck) -> None:
    done = dyncheck("init", "--from", "model.json", "--var", "a=b")
    message = "--from reads a data model, which has no variables. Remove --var, --var-file and --workspace."
    assert (done.returncode, done.stderr.decode()) == (2, f"dyncheck: {message}\n")
