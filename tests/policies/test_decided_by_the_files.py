"""What a person decides by reading the files is decided, although a value is missing or `ignore_changes` covers it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import dyncheck
from dyncheck.checking.run import Settings, run
from dyncheck.findings import Status
from tests.policies.edited_plans import with_values

pytestmark = pytest.mark.usefixtures("on_every_rule")

KEY = '  attribute {\n    name = "id"\n    type = "S"\n  }\n'
WAITS = "the number of instances waits for var.x (no value is given)"
IF_ANY = f"Each instance passes, if there are any: {WAITS}"


def table(body: str, ignored: str = "") -> str:
    """A table with these arguments, and the ones whose changes Terraform ignores."""
    lifecycle = f"  lifecycle {{\n    ignore_changes = [{ignored}]\n  }}\n" if ignored else ""
    return f'resource "aws_dynamodb_table" "t" {{\n  name = "orders"\n  hash_key = "id"\n{KEY}  {body}\n{lifecycle}}}\n'


def found(directory: Path, rule: str, text: str) -> list[tuple[str, str]]:
    """The status and the message of each result."""
    (directory / "main.tf").write_text(f'variable "x" {{}}\nvariable "key" {{}}\n{text}')
    return [(each.status.value, each.message) for each in dyncheck.check(directory, select=[rule]).results]


# --- the number of instances ----------------------------------------------------------------------------------------------------

PROTECTED = "deletion_protection_enabled = true"
OFF = "Deletion protection is off: deletion_protection_enabled is not set; expected true"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(table(f"count = var.x ? 1 : 0\n  {PROTECTED}"), ("pass", IF_ANY), id="a pass of each instance"),
        pytest.param(table("count = var.x ? 1 : 0"), ("unknown", f"{WAITS}. If there is one: {OFF}"), id="a fail of each instance"),
        pytest.param(
            table("for_each = var.x\n  deletion_protection_enabled = each.value"),
            ("unknown", "deletion_protection_enabled waits for var.x (no value is given)"),
            id="what is different in each instance",
        ),
    ],
)
def test_what_each_instance_has_is_judged_although_their_number_is_unknown(text: str, expected: tuple[str, str], tmp_path: Path) -> None:
    assert found(tmp_path, "no-deletion-protection", text) == [expected]


def test_what_may_not_exist_decides_nothing_about_others(tmp_path: Path) -> None:
    target = (
        'resource "aws_appautoscaling_target" "t" {\n  count = var.x ? 1 : 0\n  service_namespace = "dynamodb"\n'
        '  resource_id = "table/orders"\n  scalable_dimension = "dynamodb:table:ReadCapacityUnits"\n'
        "  min_capacity = 1\n  max_capacity = 9\n}\n"
    )
    provisioned = 'billing_mode = "PROVISIONED"\n  read_capacity = 1\n  write_capacity = 1'
    both = target + target.replace('"t"', '"w"').replace("Read", "Write")
    ((status, message),) = found(tmp_path, "fixed-capacity", table(provisioned) + both)
    assert (status, WAITS in message) == ("unknown", True)


REPLICA = """
provider "aws" {
  alias  = "ireland"
  region = "eu-west-1"
}
resource "aws_dynamodb_table_replica" "r" {
  provider               = aws.ireland
  global_table_arn       = aws_dynamodb_table.t[0].arn
  point_in_time_recovery = true
}
"""


@pytest.mark.parametrize(("count", "status"), [("var.x ? 1 : 0", "pass"), ("var.x", "unknown")])
def test_a_reference_to_one_instance_does_not_decide_about_another(count: str, status: str, tmp_path: Path) -> None:
    on = "point_in_time_recovery {\n    enabled = true\n  }"
    text = table(f"count = {count}\n  {on}") + REPLICA
    assert [each for each, _ in found(tmp_path, "no-point-in-time-recovery", text)] == [status]


def test_a_number_of_instances_that_terraform_refuses_decides_nothing(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(table(f"count = -1\n  {PROTECTED}"))
    why = "the number of instances waits for its count or for_each, which cannot be evaluated"
    report = run([str(tmp_path)], Settings(select=("no-deletion-protection",)))
    assert [(each.status, each.message) for each in report.results] == [(Status.UNKNOWN, why)]


# --- ignore_changes -------------------------------------------------------------------------------------------------------------

CAPACITY = "read_capacity, write_capacity"
STREAM = "stream_enabled, stream_view_type"
KEPT = "is covered by ignore_changes, which keeps the value that the table has"


@pytest.mark.parametrize(
    ("rule", "text", "expected"),
    [
        pytest.param(
            "capacity-mismatch",
            table('billing_mode = "PROVISIONED"\n  read_capacity = 5\n  write_capacity = 5', CAPACITY),
            ("pass", ""),
            id="capacity under PROVISIONED",
        ),
        pytest.param("capacity-mismatch", table('billing_mode = "PAY_PER_REQUEST"', CAPACITY), ("pass", ""), id="no capacity on demand"),
        pytest.param(
            "capacity-mismatch",
            table('billing_mode = "PAY_PER_REQUEST"\n  read_capacity = 5', CAPACITY),
            ("unknown", f"read_capacity {KEPT}"),
            id="capacity on demand, which only a new table gets",
        ),
        pytest.param(
            "capacity-mismatch",
            table('billing_mode = "PROVISIONED"', CAPACITY),
            ("unknown", f"read_capacity {KEPT}"),
            id="no capacity under PROVISIONED, which only a new table lacks",
        ),
        pytest.param("invalid-table", table("", STREAM), ("pass", ""), id="a stream that is kept as a whole"),
        pytest.param(
            "invalid-table",
            table("stream_enabled = true", "stream_view_type"),
            ("unknown", f"stream_view_type {KEPT}"),
            id="a view type that is kept alone",
        ),
    ],
)
def test_what_is_right_whatever_a_table_keeps(rule: str, text: str, expected: tuple[str, str], tmp_path: Path) -> None:
    assert found(tmp_path, rule, text) == [expected]


def test_the_provider_sets_a_capacity_of_1_for_a_table_that_changes_to_provisioned(tmp_path: Path) -> None:
    on_demand = {"billing_mode": "PAY_PER_REQUEST", "read_capacity": 0, "write_capacity": 0}
    (tmp_path / "plan.json").write_text(json.dumps(with_values(on_demand, on_demand | {"billing_mode": "PROVISIONED"})))
    results = dyncheck.check(tmp_path / "plan.json", select=["capacity-mismatch"]).results
    assert [each.status for each in results] == [Status.PASS]


# --- keys -----------------------------------------------------------------------------------------------------------------------


def encrypted(key: str) -> str:
    """A table that is encrypted with this key."""
    return table(f"server_side_encryption {{\n    enabled = true\n    kms_key_arn = {key}\n  }}")


@pytest.mark.parametrize(
    ("alias", "status"),
    [
        pytest.param("alias/${var.x}-orders", "pass", id="an end that no alias of AWS for DynamoDB has"),
        pytest.param("alias/${var.x}", "unknown", id="no known end"),
        pytest.param("alias/aws/${var.x}", "unknown", id="a start of the aliases of AWS, perhaps without a name"),
        pytest.param("alias/aws/b${var.x}", "fail", id="a start that only aliases of AWS have"),
        pytest.param("alias/${var.x}dynamodb", "unknown", id="the end of the alias of AWS"),
    ],
)
def test_the_end_of_an_alias_shows_that_the_key_is_the_customers(alias: str, status: str, tmp_path: Path) -> None:
    text = f'data "aws_kms_key" "k" {{\n  key_id = "{alias}"\n}}\n' + encrypted("data.aws_kms_key.k.arn")
    assert [each for each, _ in found(tmp_path, "aws-managed-key", text)] == [status]


def test_the_region_of_a_key_matters_only_where_the_region_of_the_table_is_known(tmp_path: Path) -> None:
    region = 'provider "aws" {\n  region = "eu-west-1"\n}\n'
    waits = "server_side_encryption.kms_key_arn waits for var.key (no value is given)"
    assert found(tmp_path, "invalid-table", encrypted("var.key")) == [("pass", "")]
    assert found(tmp_path, "invalid-table", encrypted("var.key") + region) == [("unknown", waits)]


# --- names ----------------------------------------------------------------------------------------------------------------------

MADE = """
resource "random_id" "id" {
  byte_length = 4
}
resource "random_id" "ignored" {
  byte_length = 4
  lifecycle {
    ignore_changes = [byte_length]
  }
}
resource "random_id" "many" {
  count       = 2
  byte_length = 4
}
resource "random_pet" "pet" {
  length = 3
}
resource "random_pet" "spaced" {
  separator = " "
}
resource "random_string" "letters" {
  length  = 6
  special = false
}
resource "random_string" "special" {
  length = 6
}
resource "random_string" "dashed" {
  length           = 6
  override_special = "_-"
}
resource "random_string" "long" {
  length  = 300
  special = false
}
resource "random_string" "minimum" {
  length      = 6
  special     = false
  min_special = 1
}
resource "random_integer" "number" {
  min = 1
  max = 999
}
resource "random_uuid" "uuid" {}
resource "random_password" "password" {
  length  = 6
  special = var.x
}
data "aws_caller_identity" "current" {}
data "aws_region" "current" {}
locals {
  names = { orders = "orders-${random_id.id.hex}" }
}
"""
INVALID = "Table has an invalid name: name is a text {}; expected 3 to 255 characters from a-z, A-Z, 0-9, underscore, hyphen and dot"


def named(name: str) -> str:
    """A table with a name that is this expression."""
    return table("").replace('"orders"', name) + MADE


@pytest.mark.parametrize(
    "name",
    [
        "random_id.id.hex",
        "random_id.id.b64_url",
        '"orders-${random_id.id.dec}"',
        "local.names.orders",
        '"orders-${random_id.many[0].hex}"',
        "random_pet.pet.id",
        "random_string.letters.result",
        "random_string.dashed.result",
        '"orders-${random_integer.number.result}"',
        "random_uuid.uuid.result",
        '"orders-${data.aws_caller_identity.current.account_id}-${data.aws_region.current.name}"',
        '"orders-${upper(random_id.id.hex)}"',
        '"orders-${substr(random_uuid.uuid.result, 0, 8)}"',
        '"orders-${substr(sha256(var.x), 0, 8)}"',
        '"orders-${uuid()}"',
    ],
)
def test_a_name_passes_where_all_that_it_may_be_is_a_name(name: str, tmp_path: Path) -> None:
    assert found(tmp_path, "invalid-table", named(name)) == [("pass", "")]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        pytest.param('"${var.x} orders"', 'with " "', id="a character after a text that is not known"),
        pytest.param("random_id.id.b64_std", 'with "="', id="the filling of base64"),
        pytest.param("random_pet.spaced.id", 'with " "', id="the separator of a pet"),
        pytest.param("random_string.long.result", "of at least 300 characters", id="too long"),
        pytest.param("substr(random_id.id.hex, 0, 2)", "of 2 characters at most", id="too short"),
    ],
)
def test_a_name_fails_where_nothing_that_it_may_be_is_a_name(name: str, reason: str, tmp_path: Path) -> None:
    assert found(tmp_path, "invalid-table", named(name)) == [("fail", INVALID.format(reason))]


@pytest.mark.parametrize(
    ("name", "waits_for"),
    [
        pytest.param("random_string.special.result", "random_string.special.result", id="characters that may be refused"),
        pytest.param("random_string.minimum.result", "random_string.minimum.result", id="characters that a minimum demands"),
        pytest.param("random_password.password.result", "random_password.password.result", id="a flag that is not known"),
        pytest.param("random_integer.number.result", "random_integer.number.result", id="perhaps too short"),
        pytest.param("random_id.ignored.hex", "random_id.ignored.hex", id="an existing id may have another length"),
        pytest.param('"orders-${random_id.id.keepers}"', "random_id.id.keepers", id="an attribute that is no text"),
        pytest.param('"orders-${var.x}"', "var.x (no value is given)", id="a variable"),
    ],
)
def test_a_name_is_unknown_where_it_depends_on_what_is_drawn(name: str, waits_for: str, tmp_path: Path) -> None:
    assert found(tmp_path, "invalid-table", named(name)) == [("unknown", f"name waits for {waits_for}")]


def test_a_provider_of_others_may_make_other_texts(tmp_path: Path) -> None:
    source = 'terraform {\n  required_providers {\n    random = {\n      source = "acme/random"\n    }\n  }\n}\n'
    assert [status for status, _ in found(tmp_path, "invalid-table", named("random_id.id.hex") + source)] == ["unknown"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ('"shop-${random_id.id.hex}"', []),
        ('"shop-${random_pet.pet.id}"', []),
        ('"${random_id.id.hex}-products"', ["pass"]),
        ('"shop-${random_string.letters.result}"', []),
        ('"shop-${random_string.dashed.result}"', []),
        ('"shop${substr(sha512(var.x), 0, 20)}"', []),
        ('"shop-${var.x}"', ["unknown"]),
    ],
)
def test_the_characters_and_the_length_of_a_name_decide_about_its_contract(name: str, expected: list[str], tmp_path: Path) -> None:
    assert [status for status, _ in found(tmp_path, "wrong-table-name", named(name))] == expected


def test_two_names_differ_where_one_has_characters_that_the_other_cannot_have(tmp_path: Path) -> None:
    other = table("").replace('"t"', '"other"').replace('"orders"', '"orders-archives"')
    statuses = [status for status, _ in found(tmp_path, "duplicate-name", named('"orders-${random_id.id.hex}"') + other)]
    assert statuses == ["pass", "pass"]
    other = other.replace("orders-archives", "orders-0123abcd")
    assert "unknown" in [status for status, _ in found(tmp_path, "duplicate-name", named('"orders-${random_id.id.hex}"') + other)]


# --- names of attributes ----------------------------------------------------------------------------------------------------------


def keyed(hash_key: str, *attributes: str, more: str = "") -> str:
    """A table with these expressions as its hash key and as the names of its attributes."""
    blocks = "".join(f'  attribute {{\n    name = {name}\n    type = "S"\n  }}\n' for name in attributes)
    return f'resource "aws_dynamodb_table" "t" {{\n  name = "orders"\n  hash_key = {hash_key}\n{blocks}{more}}}\n'


EACH = """
  dynamic "attribute" {
    for_each = concat([{ name = var.x }], [])
    content {
      name = attribute.value.name
      type = "S"
    }
  }
"""
OF_X = "waits for var.x (no value is given)"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(keyed("var.x", "var.x"), ("pass", ""), id="one variable"),
        pytest.param(keyed("var.x", more=EACH), ("pass", ""), id="one variable through a list of objects"),
        pytest.param(keyed("var.x", "var.x", '"other"'), ("unknown", f"attribute[0].name {OF_X}"), id="the other one may be the variable"),
        pytest.param(keyed("var.x", "var.key"), ("unknown", f"attribute.name {OF_X.replace('x', 'key')}"), id="two variables"),
        pytest.param(keyed("upper(var.x)", "var.x"), ("unknown", f"hash_key {OF_X}"), id="another text of the variable"),
        pytest.param(keyed('"id"', "var.x"), ("unknown", f"attribute.name {OF_X}"), id="a variable that may be the key"),
    ],
)
def test_one_variable_as_an_attribute_and_as_a_key_is_one_name(text: str, expected: tuple[str, str], tmp_path: Path) -> None:
    assert found(tmp_path, "attribute-mismatch", text) == [expected]


TYPED = """
variable "number" { type = number }
variable "truth" { type = bool }
variable "object" {}
variable "list" { type = list(string) }
"""
# An expression, another one, and whether both certainly are the same text.
TEXTS = [
    ("var.number", '"${var.number}"', True),
    ("var.number", "-var.number", False),
    ("var.truth", "!var.truth", False),
    ("var.truth", "tostring(var.truth)", True),
    ("var.x", "tostring(tonumber(var.x))", False),
    ("var.x", "one([var.x])", True),
    ("var.x", "coalesce(var.x, var.key)", False),
    ("var.x", 'var.truth ? var.x : "id"', False),
    ("var.x", "trimspace(var.x)", False),
    ("var.x", 'merge({ a = var.x }, { b = "c" }).a', True),
    ("var.object.a", "var.object.b", False),
    ("var.list[0]", "var.list[1]", False),
    ("var.x", "sensitive(var.x)", True),
]


@pytest.mark.parametrize(("hash_key", "attribute", "is_same"), TEXTS)
def test_only_what_keeps_the_text_of_a_variable_is_the_same_name(hash_key: str, attribute: str, is_same: bool, tmp_path: Path) -> None:
    ((status, _),) = found(tmp_path, "attribute-mismatch", keyed(hash_key, attribute) + TYPED)
    assert status == ("pass" if is_same else "unknown")


# --- data sources -----------------------------------------------------------------------------------------------------------------

WATCHED = """
resource "aws_cloudwatch_metric_alarm" "a" {
  alarm_name          = "a"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 60
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = data.aws_dynamodb_table.t%s.name }
}
"""


@pytest.mark.parametrize(
    ("data", "instance", "expected"),
    [
        pytest.param('name = "orders"', "", ("pass", ""), id="a name"),
        pytest.param('count = 1\n  name = "orders"', "[0]", ("pass", ""), id="one instance"),
        pytest.param("name = var.x", "", ("unknown", "dimensions waits for data.aws_dynamodb_table.t.name"), id="a name that is not known"),
        pytest.param(
            'name = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders"',
            "",
            ("unknown", "dimensions waits for data.aws_dynamodb_table.t.name"),
            id="an ARN, which is not the name",
        ),
    ],
)
def test_the_data_source_of_a_table_has_the_name_that_it_asks_for(
    data: str, instance: str, expected: tuple[str, str], tmp_path: Path
) -> None:
    text = f'data "aws_dynamodb_table" "t" {{\n  {data}\n}}\n{WATCHED % instance}'
    assert found(tmp_path, "dead-alarm", table("") + text) == [expected]


# --- tags -------------------------------------------------------------------------------------------------------------------------


def tagged(tags: str) -> str:
    """A table with these tags, beside resources whose texts are known only after apply."""
    return table(f"tags = {tags}") + MADE


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        pytest.param('{ Name = "a-${random_id.id.hex}", Team = "b" }', ("pass", ""), id="a text of a known length"),
        pytest.param('merge({ Team = "b" }, { Name = format("%s", random_pet.pet.id) })', ("pass", ""), id="a merged map"),
        pytest.param("{ Name = var.x }", ("unknown", f'tags["Name"] {OF_X}'), id="any text"),
        pytest.param("merge(var.x, { Name = 1 })", ("unknown", f"tags {OF_X}"), id="any map"),
        pytest.param("{ (var.x) = 1 }", ("unknown", f"tags {OF_X}"), id="any key"),
        pytest.param(
            "{ Name = random_string.long.result }",
            ("fail", 'Tag "Name" has too long a value: tags["Name"] is more than 256 characters long; expected 256 characters at most'),
            id="too long",
        ),
    ],
)
def test_the_length_of_a_tag_is_certain_where_its_characters_are_not(tags: str, expected: tuple[str, str], tmp_path: Path) -> None:
    assert found(tmp_path, "invalid-table", tagged(tags)) == [expected]


# --- modules ----------------------------------------------------------------------------------------------------------------------


def test_the_autoscaling_of_a_published_module_may_be_that_of_the_table(tmp_path: Path) -> None:
    call = 'module "m" {\n  source = "cloudposse/dynamodb-autoscaler/aws"\n  version = "0.16.0"\n  name = aws_dynamodb_table.t.name\n}\n'
    text = table('billing_mode = "PROVISIONED"\n  read_capacity = 1\n  write_capacity = 1') + call
    ((status, message),) = found(tmp_path, "fixed-capacity", text)
    assert (status, "module.m" in message) == ("unknown", True)
    assert found(tmp_path, "attribute-mismatch", text) == [("pass", "")]
