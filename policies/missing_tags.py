"""Tags are missing or wrong.

Why: tags say who owns a table and who pays for it.
Fix:
    tags = merge(var.tags, {
      Name = "${var.environment_name}-products-table"
      Type = "DynamoDB"
    })
"""

from dyncheck.dynamodb import Contract, Table, has_form, hcl_block
from dyncheck.rule import Problems, each, quoted, rule, warning


@rule(Table, Contract, severity=warning, frameworks={"aws-fsbp": "DynamoDB.5"}, applies=lambda _, contract: contract.tags)
def check(table: Table, contract: Contract) -> Problems:
    yield from each(contract.tags.items(), lambda tag: _tag(table, *tag))


def _tag(table: Table, key: str, expected: str) -> Problems:
    value = table.tag(key)
    if value is None or not has_form(value, expected):
        separate, correct = table.separate_tag(key), quoted(expected.replace("*", "..."))
        yield table.problem(
            f"Tag {quoted(key)} {'is missing' if value is None else 'has the wrong value'}",
            at=f"tags[{quoted(key)}]",
            found=table.show_tag(key),
            expected="a value that is not empty" if expected == "*" else quoted(expected),
            fix=f"value = {correct} # in {separate.address}" if separate else hcl_block("tags =", **{key: correct}),
        )
