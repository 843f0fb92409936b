"""Time to live is off or wrong.

Why: without time to live, old items stay readable, and the table grows and costs more every day.
Fix:
    ttl {
      attribute_name = "expires_at"
      enabled        = true
    }
"""

from dyncheck.dynamodb import Contract, Table
from dyncheck.rule import Problems, error, quoted, rule


@rule(Table, Contract, severity=error, applies=lambda _, contract: contract.time_to_live is not None)
def check(table: Table, contract: Contract) -> Problems:
    assert contract.time_to_live
    expected = contract.time_to_live.attribute
    fix = f"ttl {{\n  attribute_name = {quoted(expected)}\n  enabled        = true\n}}"
    if not table.time_to_live_enabled:
        yield table.problem("Time to live is off", at="ttl.enabled", expected="true", fix=fix)
    elif table.time_to_live_attribute != expected:
        yield table.problem("Time to live uses the wrong attribute", at="ttl.attribute_name", expected=quoted(expected), fix=fix)
