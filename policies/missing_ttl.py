"""Time to live is off or wrong.

Why: without time to live, old items stay readable, and the table grows and costs more every day.
Fix:
    ttl {
      attribute_name = "expires_at"
      enabled        = true
    }
"""

from dyncheck.dynamodb import Contract, Table, hcl_block
from dyncheck.rule import Problems, error, quoted, rule


@rule(Table, Contract, severity=error, fix="safe", applies=lambda _, contract: contract.time_to_live is not None)
def check(table: Table, contract: Contract) -> Problems:
    assert contract.time_to_live
    expected = quoted(contract.time_to_live.attribute)
    fix = hcl_block("ttl", attribute_name=expected, enabled="true")
    if not table.time_to_live_enabled:
        yield table.problem("Time to live is off", at="ttl.enabled", expected="true", fix=fix)
    elif table.time_to_live_attribute != contract.time_to_live.attribute:
        yield table.problem("Time to live uses the wrong attribute", at="ttl.attribute_name", expected=expected, fix=fix)
