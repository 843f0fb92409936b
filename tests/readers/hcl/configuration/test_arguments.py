"""Arguments and blocks that Terraform does not know are refused, with the word that was probably meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from dyncheck.readers.hcl.trees import Trees
from tests.readers.hcl.configuration.test_language import tables_in


def faults_of(text: str, directory: Path, monkeypatch: pytest.MonkeyPatch, name: str = "main.tf") -> tuple[str, ...]:
    """What is wrong with a file."""
    monkeypatch.chdir(directory)
    (directory / name).write_text(text)
    return tables_in(directory)[1]


def table(content: str) -> str:
    """A table with these lines."""
    return f'resource "aws_dynamodb_table" "t" {{\n  name = "orders"\n{content}\n}}\n'


# What terraform validate refuses as well, with the provider 5.100.
REFUSED = {
    "a misspelt block": (
        table("  point_in_time_recovry {\n    enabled = true\n  }"),
        "3:3: Unsupported block type \"point_in_time_recovry\" in aws_dynamodb_table. Did you mean 'point_in_time_recovery'?",
    ),
    "a misspelt argument": (
        table("  billing_mod = 1"),
        "3:3: Unsupported argument \"billing_mod\" in aws_dynamodb_table. Did you mean 'billing_mode'?",
    ),
    "an argument of another type": (table("  quxx = 1"), '3:3: Unsupported argument "quxx" in aws_dynamodb_table. Remove it.'),
    "an argument of a block": (
        table("  ttl {\n    enabld = true\n  }"),
        "4:5: Unsupported argument \"enabld\" in ttl of aws_dynamodb_table. Did you mean 'enabled'?",
    ),
    "a block as an argument": (
        table("  ttl = { enabled = true }"),
        '3:3: Unsupported argument "ttl" in aws_dynamodb_table, which has a block of that name. Write ttl { ... }.',
    ),
    "an argument as a block": (
        table("  tags {\n  }"),
        '3:3: Unsupported block type "tags" in aws_dynamodb_table, which has an argument of that name. Write tags = ...',
    ),
    "an attribute that the provider sets": (
        table('  arn = "x"'),
        '3:3: Value for unconfigurable attribute. The provider sets "arn" of aws_dynamodb_table. Remove it.',
    ),
    "a misspelt dynamic block": (
        table('  dynamic "ttll" {\n    for_each = []\n    content {\n    }\n  }'),
        "3:3: Unsupported block type \"ttll\" in aws_dynamodb_table. Did you mean 'ttl'?",
    ),
    "labels of a dynamic block": (
        table('  dynamic "ttl" {\n    for_each = []\n    labels   = []\n    content {\n    }\n  }'),
        '5:5: Unsupported argument "labels" in "dynamic". Remove it.',
    ),
    "a misspelt argument of the lifecycle": (
        table("  lifecycle {\n    ignore_change = all\n  }"),
        '4:5: Unsupported argument "ignore_change" in "lifecycle". Did you mean \'ignore_changes\'?',
    ),
    "a misspelt argument of a variable": (
        table("") + 'variable "x" {\n  defualt = 1\n}\n',
        '6:3: Unsupported argument "defualt" in "variable". Did you mean \'default\'?',
    ),
    "a misspelt argument of a condition": (
        table('  lifecycle {\n    precondition {\n      condition = true\n      message   = ""\n    }\n  }'),
        '6:7: Unsupported argument "message" in "precondition". Did you mean \'error_message\'?',
    ),
    "experiments": (
        table("") + "terraform {\n  experiments = [foo]\n}\n",
        "6:3: Module uses experimental features, which no release of Terraform allows. Remove them.",
    ),
}


@pytest.mark.parametrize(("text", "fault"), REFUSED.values(), ids=REFUSED)
def test_what_terraform_does_not_know(text: str, fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert faults_of(text, tmp_path, monkeypatch) == (f"main.tf:{fault}",)


@pytest.mark.parametrize(("items", "is_refused"), {"[]": False, "[1]": True}.items())
def test_the_content_of_a_dynamic_block_counts_if_there_is_an_item(
    items: str, is_refused: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = table(f'  dynamic "ttl" {{\n    for_each = {items}\n    content {{\n      nope = 1\n    }}\n  }}')
    (tmp_path / "main.tf").write_text(text)
    trees = Trees(())
    (root,) = trees.roots(".")
    reading = trees.read(root)
    reading.resources[0].body.blocks("ttl")
    messages = tuple(each.message for each in reading.faults())
    assert messages == ('main.tf:6:7: Unsupported argument "nope" in ttl of aws_dynamodb_table. Remove it.',) * is_refused


def provider(constraint: str, source: str = "hashicorp/aws") -> str:
    """A block that requires a version of the provider."""
    return f'terraform {{\n  required_providers {{\n    aws = {{ source = "{source}", version = "{constraint}" }}\n  }}\n}}\n'


REGION = table('  region = "us-east-1"')


@pytest.mark.parametrize(
    ("constraint", "is_refused"), {"~> 5.0": True, ">= 5.0": False, "~> 6.0": False, ">= 5.40, < 6.0": True, "5.100.0": True}.items()
)
def test_what_only_version_6_of_the_provider_has(
    constraint: str, is_refused: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults = faults_of(REGION + provider(constraint), tmp_path, monkeypatch)
    assert [fault.partition(" in ")[0] for fault in faults] == ['main.tf:3:3: Unsupported argument "region"'] * is_refused


@pytest.mark.parametrize(
    "text",
    [
        table("  quxx = 1") + provider(">= 6.70"),
        table("  quxx = 1") + provider("~> 4.0"),
        table("  quxx = 1") + provider("1.0", "acme/aws"),
    ],
    ids=["a version that is not known yet", "an old version", "another provider"],
)
def test_other_providers_may_have_anything(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert faults_of(text, tmp_path, monkeypatch) == ()


def test_what_no_rule_reads_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = table(
        '  timeouts {\n    create = "1h"\n  }\n  warm_throughput {\n  }\n  count = 1\n'
        '  provisioner "local-exec" {\n    command = "x"\n  }\n'
        "  connection {\n  }\n  depends_on = []\n  provider = aws\n"
    )
    assert faults_of(text, tmp_path, monkeypatch) == ()


def test_a_block_of_version_6_needs_no_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = 'resource "aws_dynamodb_global_secondary_index" "i" {\n  index_name = "x"\n  table_name = "y"\n}\n'
    assert faults_of(index, tmp_path, monkeypatch) == ()
    assert faults_of(index + provider("~> 5.0"), tmp_path, monkeypatch) == (
        'main.tf:1:1: Invalid resource type "aws_dynamodb_global_secondary_index", which version 5 of the provider does not have.',
    )


def test_json_blocks_are_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    body = (
        '{"name": "orders", "ttl": [{"enabled": true}], "evaluation": 1, "warm_throughput": {}, "lifecycle": {"ignore_changes": ["all"]}}'
    )
    text = f'{{"resource": {{"aws_dynamodb_table": {{"t": {body}}}}}}}'
    assert faults_of(text, tmp_path, monkeypatch, "main.tf.json") == (
        'main.tf.json:1:90: Unsupported argument "evaluation" in aws_dynamodb_table. Remove it.',
    )
