"""Two tables, or two alarms, have one name.

Why: CloudWatch has one alarm of a name in an account and region. The alarm that is applied last overwrites the other one without an error.
DynamoDB has one table of a name, and refuses to create the second one. Composite alarms and metric alarms share their names.
Fix: put into the name what is different about the two.
    alarm_name = "${aws_dynamodb_table.products.name}-${each.key}"
"""

from dyncheck.dynamodb import Inventory, Named, Table, argument_of, beside
from dyncheck.rule import Problems, error, rule


@rule(Named, severity=error)
def check(named: Named) -> Problems:
    other = Inventory.of(named).namesake(named)
    if other is None:
        return
    kind = "table" if isinstance(named, Table) else "alarm"
    at = argument_of(named.resource)
    effect = "only one table can exist" if isinstance(named, Table) else "the one that is applied last overwrites the other"
    problem = named.problem(
        f"{kind.capitalize()} has the name of {other.address}, and {effect}",
        at=at,
        expected=f"a name that no other {kind} has in its account and region",
    )
    yield beside(problem, other, at)
