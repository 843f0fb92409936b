"""Tags are missing or wrong.

Why: tags say who owns a table and who pays for it.
Fix:
    tags = merge(var.tags, {
      Name = "${var.environment_name}-products-table"
      Type = "DynamoDB"
    })
"""

from dyncheck.dynamodb import Contract, Table, fits, hcl_block, regular
from dyncheck.rule import Problems, each, quoted, rule, warning


@rule(Table, Contract, severity=warning, fix="safe", frameworks={"aws-fsbp": "DynamoDB.5"}, applies=lambda _, contract: contract.tags)
def check(table: Table, contract: Contract) -> Problems:
    yield from each(contract.tags.items(), lambda tag: _tag(table, *tag))


def _tag(table: Table, key: str, expected: str) -> Problems:
    value = table.tag(key)
    if value is None or not fits(value, expected):
        expression = regular(expected)
        separate, correct = table.separate_tag(key), quoted("..." if expression else expected.replace("*", "..."))
        yield table.problem(
            f"Tag {quoted(key)} {'is missing' if value is None else 'has the wrong value'}",
            at=f"tags[{quoted(key)}]",
            found=table.show_tag(key),
            expected=_shown(expected, expression),
            fix=f"value = {correct} # in {separate.address}" if separate else hcl_block("tags =", **{key: correct}),
        )


def _shown(expected: str, expression: str | None) -> str:
    if expression:
        return f"a value that matches the regular expression {quoted(expression)}"
    if expected == "*":
        return "a value that is not empty"
    return f"{quoted(expected)}, where * stands for one or more characters" if "*" in expected else quoted(expected)
