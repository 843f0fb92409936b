"""The verdicts and the names of the page, and the ids of its parts."""

from __future__ import annotations

import re
from hashlib import sha256

from dyncheck.dynamodb.types import ALARM, TABLE
from dyncheck.findings import Result, Status

# The worst first. The verdict of a failure is its severity, any other verdict is the status.
VERDICTS = ("error", "warning", "note", "unknown", "waived", "pass")
WORDS = {"error": "error", "warning": "warning", "note": "note", "unknown": "unknown", "waived": "waived", "pass": "passed"}
FINDINGS = VERDICTS[:-1]


def verdict_of(result: Result) -> str:
    """The severity of a failure, else the status."""
    return result.severity.value if result.status is Status.FAIL else result.status.value


def worded(verdict: str, number: int) -> str:
    """The word for that number of results."""
    return f"{verdict}s" if number != 1 and verdict in ("error", "warning", "note") else WORDS[verdict]


def short_name(address: str) -> tuple[str, str]:
    """The short name of a table or an alarm, and its module; the whole address of anything else."""
    for kind, noun in ((TABLE, ""), (ALARM, "alarm")):
        module, found, name = address.rpartition(f"{kind}.")
        if found and (not module or module.endswith(".")):
            return name, " in ".join(filter(None, (noun, module.removesuffix("."))))
    return address, ""


def anchor(prefix: str, name: str) -> str:
    """The id for a name, which is the same on every page."""
    return f"{prefix}-{name}" if re.fullmatch(r"[a-z0-9-]{1,80}", name) else f"{prefix}-{digest(name)}"


def digest(name: str) -> str:
    """Twelve digits for a name."""
    return sha256(name.encode("utf-8", "backslashreplace")).hexdigest()[:12]


def capital(sentence: str) -> str:
    """The sentence with a capital letter."""
    return sentence[:1].upper() + sentence[1:]
