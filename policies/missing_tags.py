"""Tags are missing or wrong.

Why: tags say who owns a table and who pays for it.
Fix:
    tags = merge(var.tags, {
      Name = "${var.environment_name}-products-table"
      Type = "DynamoDB"
    })
"""

from dyncheck.dynamodb import Contract, Table, matches
from dyncheck.rule import Problems, each, quoted, rule, warning


@rule(Table, Contract, severity=warning, frameworks={"aws-fsbp": "DynamoDB.5"}, applies=lambda _, contract: bool(contract.tags))
def check(table: Table, contract: Contract) -> Problems:
    yield from each(contract.tags, lambda key: _tag(table, key, contract.tags[key]))


def _tag(table: Table, key: str, expected: str) -> Problems:
    value = table.tag(key)
    demand = "a value that is not empty" if expected == "*" else quoted(expected)
    if value is None:
        yield table.problem(f"Tag {quoted(key)} is missing", at=f"tags[{quoted(key)}]", expected=demand, fix=_fix(key, expected))
    elif not matches(expected, value):
        yield table.problem(
            f"Tag {quoted(key)} has the wrong value",
            at=f"tags[{quoted(key)}]",
            found=table.show_tag(key),
            expected=demand,
            fix=_fix(key, expected),
        )


def _fix(key: str, expected: str) -> str:
    return f"tags = {{\n  {key} = {quoted(expected.replace('*', '...'))}\n}}"
