"""A table that the run requires is missing.

Why: a plan without the table has no finding on it, and would pass.
Fix: add the table, check the plan of the root module that has it, or leave out `--require`.
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
        raise Unknown("", f"the name of {', '.join(run.undecided)} is known only after apply, and it may be this table")
    if run.left_out:
        raise Unknown("", f"{run.left_out}, and the table may be among what it leaves out")
    name = run.contract.table
    yield run.problem(
        f"no table is under the contract {quoted(name)}: none has the resource name {quoted(run.contract.match.resource)} or a "
        f"name like {quoted(run.contract.match.name)}",
        fix=f'resource "aws_dynamodb_table" {quoted(run.contract.match.resource)} {{\n  # ...\n}}',
    )
