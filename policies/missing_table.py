"""Required table is missing.

Why: a plan without the table has no findings on it, so it would pass.
Fix: add the table, check the plan of the root module that creates it, or remove it from `--require`.
    resource "aws_dynamodb_table" "products" {
      name = "${var.environment_name}-products"
    }
"""

from dyncheck.rule import Problems, Run, Unknown, error, quoted, rule


@rule(Run, severity=error)
def check(run: Run) -> Problems:
    if run.tables:
        return
    if run.undecided:
        raise Unknown("", f"{' or '.join(run.undecided)} may be this table, but its name or its number of instances is not known yet")
    if run.why_incomplete:
        raise Unknown("", f"{run.why_incomplete}, so the table may exist although no checked input shows it")
    name = run.contract.table
    yield run.problem(
        f"No table is under the contract {quoted(name)}; expected a table with the resource name "
        f"{quoted(run.contract.match.resource)} or a name like {quoted(run.contract.match.name)}",
        fix=f'resource "aws_dynamodb_table" {quoted(run.contract.match.resource)} {{\n  # ...\n}}',
    )
