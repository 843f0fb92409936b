"""The plans that Terraform makes with provider 6, of what the other recorded plans are made of with provider 5.

All of them are in one compressed file, one per line, because they repeat each other: `make plans PROVIDER=6` writes it.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from msgspec import Raw, Struct
from msgspec.json import Decoder, encode

from tests.support.paths import PLANS, ROOT

RECORDED = PLANS / "provider_6.jsonl.xz"


# These filters give the same file on every machine.
_FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "dict_size": 1 << 25}]


class _Line(Struct, frozen=True):
    """The path of the same plan with provider 5, relative to the repository, and the plan."""

    path: str
    plan: Raw


@cache
def plans() -> Mapping[Path, bytes]:
    """Every plan of provider 6, by the path of the same plan with provider 5; none where nothing is recorded yet."""
    if not RECORDED.exists():
        return {}
    lines = map(Decoder(_Line).decode, lzma.decompress(RECORDED.read_bytes()).splitlines())
    return {ROOT / line.path: bytes(line.plan) for line in lines}


def write(made: Mapping[Path, bytes]) -> None:
    """Record these plans, and no others."""
    # Equal objects in equal order compress well, and two runs differ in the order of `relevant_attributes`.
    lines = [encode(_Line(path.relative_to(ROOT).as_posix(), Raw(_in_order(plan)))) for path, plan in sorted(made.items())]
    RECORDED.write_bytes(lzma.compress(b"\n".join(lines) + b"\n", lzma.FORMAT_XZ, lzma.CHECK_CRC32, filters=_FILTERS))
    plans.cache_clear()


def _in_order(plan: bytes) -> bytes:
    data = json.loads(plan)
    if "relevant_attributes" in data:
        data["relevant_attributes"].sort(key=str)
    return json.dumps(data, separators=(",", ":")).encode()


def written(recorded: Path, directory: Path) -> Path:
    """The plan of provider 6 as a file in that directory, for the path of the same plan with provider 5."""
    path = directory / "plan.json"
    path.write_bytes(plans()[recorded])
    return path
