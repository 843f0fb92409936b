"""Stream is off or shows other images than the contract.

Why: readers of the stream, such as functions and pipes, get nothing, or not the images of the items that they need.
Fix:
    stream_enabled   = true
    stream_view_type = "NEW_AND_OLD_IMAGES"
"""

from dyncheck.dynamodb import Contract, Table
from dyncheck.rule import Problems, error, quoted, rule


@rule(Table, Contract, severity=error, applies=lambda _, contract: contract.stream)
def check(table: Table, contract: Contract) -> Problems:
    expected = quoted(contract.stream or "")
    if not table.has_stream:
        fix = f"stream_enabled   = true\nstream_view_type = {expected}"
        yield table.problem("Stream is off", at="stream_enabled", expected="true", fix=fix)
    elif table.stream_view_type != contract.stream:
        yield table.problem("Stream shows other images than the contract demands", at="stream_view_type", value=expected)
