"""Two tables, or two alarms, have one name.

Why: CloudWatch has one alarm of a name in an account and region. The alarm that is applied last overwrites the other one without an error.
DynamoDB has one table of a name, and refuses to create the second one. Composite alarms and metric alarms share their names.
Fix: put into the name what is different about the two.
    alarm_name = "${aws_dynamodb_table.products.name}-${each.key}"
"""

from dyncheck.dynamodb import Inventory, Named, Table, argument_of, beside
from dyncheck.rule import Known, Problems, error, quoted, rule


@rule(Named, severity=error, fix="none")
def check(named: Named) -> Problems:
    other = Inventory.of(named).namesake(named)
    if other is None:
        return
    kind = "table" if isinstance(named, Table) else "alarm"
    at = argument_of(named.resource)
    effect = "only one table can exist" if isinstance(named, Table) else "the one that is applied last overwrites the other"
    summary = f"{kind.capitalize()} has the same name as {other.address}, and {effect}"
    expected = f"a name that no other {kind} has in its account and region"
    is_of_one_block = (named.resource.block_address, named.resource.module) == (other.block_address, other.module)
    yield beside(named.problem(summary, at=at, expected=expected, fix=_fix(named, at) if is_of_one_block else ""), other, at)


def _fix(named: Named, at: str) -> str:
    """The name with what is different in each instance of a block."""
    name = named.block.value(at)
    if not isinstance(name, Known) or name.sensitive or "${" in name.value or "%{" in name.value:
        return ""
    key = "each.key" if named.address.endswith('"]') else "count.index"
    return f'{at} = {quoted(name.value)[:-1]}-${{{key}}}"'
