"""Files with complete expected outputs: tests compare with them, and `make golden` writes them."""

from __future__ import annotations

import os
from pathlib import Path

REWRITE = os.environ.get("DYNCHECK_REWRITE_GOLDEN") == "1"


def assert_golden(path: Path, found: str) -> None:
    """Fail unless the file has exactly that text; under `make golden` write the text first."""
    if REWRITE:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(found, encoding="utf-8", newline="\n")
    assert found == path.read_bytes().decode(), "Review the difference. `make golden` writes the files."
