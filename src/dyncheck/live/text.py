"""A capture as JSON, each call on its own line, and in a few sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from msgspec.json import encode

from dyncheck.readers.capture.calls import DESCRIBE_ALARMS, DESCRIBE_TABLE
from dyncheck.readers.capture.document import Capture

# The account's regions are named up to so many.
_MOST_NAMED = 3


def to_text(capture: Capture) -> str:
    """The capture as JSON. The same answers give the same text, but for the time."""
    from msgspec.structs import replace

    before, after = encode(replace(capture, calls=())).decode().split('"calls":[]')
    calls = ",\n".join(encode(call, enc_hook=str).decode() for call in capture.calls)
    return f'{before}"calls":[\n{calls}\n]{after}\n'


def summary(capture: Capture, where: str) -> Iterator[str]:
    """What a capture has, and what it lacks and why. `where` is the file."""
    tables = sum(call.operation == DESCRIBE_TABLE.name and call.answer is not None for call in capture.calls)
    alarms = sum(len((call.answer or {}).get(items, ())) for call in capture.calls for items in DESCRIBE_ALARMS.items)
    regions = ", ".join(capture.regions) if len(capture.regions) <= _MOST_NAMED else f"{len(capture.regions)} regions"
    account = f"the account {capture.account} in {regions}"
    yield f"{where} has {_counted(tables, 'table')} and {_counted(alarms, 'alarm')} of {account}."
    failed = Counter((f"{each.service}:{each.operation}", each.error.code) for each in capture.calls if each.error)
    for (permission, code), number in sorted(failed.items()):
        yield f"{permission} was not answered {_counted(number, 'time')}: {code}."
    if not capture.complete:
        yield "The capture was interrupted."
    if failed or not capture.complete:
        yield "What was not answered is unknown when the file is checked."


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
