"""Required table is missing.

Why: a plan without the table has no findings on it, so it would pass.
Fix: add the table, check the plan of the root module that creates it, or remove it from `--require`.
    resource "aws_dynamodb_table" "products" {
      name = "${var.environment_name}-products"
    }
"""

from dyncheck.rule import Problems, Run, Unknown, error, quoted, rule


@rule(Run, severity=error, fix="none")
def check(run: Run) -> Problems:
    if run.tables:
        return
    if run.undecided:
        raise Unknown("", f"{' or '.join(run.undecided)} may be this table, but its name or its number of instances is not known yet")
    if run.why_incomplete:
        raise Unknown("", f"{run.why_incomplete}, so the table may exist although no checked input shows it")
    contract = run.contract
    expected = f"a table with {contract.matches}" if contract.match else "a table"
    label = contract.match.resource if contract.match and contract.match.resource and "*" not in contract.match.resource else contract.table
    yield run.problem(
        f"No table is under the contract {quoted(contract.table)}; expected {expected}",
        fix=f'resource "aws_dynamodb_table" {quoted(label)} {{\n  # ...\n}}',
    )
