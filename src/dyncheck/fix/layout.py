"""Changes of a file -> its new content."""

from __future__ import annotations

from collections.abc import Sequence

from dyncheck.fix.changes import Change
from dyncheck.fix.sources import SourceFile


def changed(source: SourceFile, changes: Sequence[Change]) -> bytes:
    """The content of a file with changes made, in its own style. Every byte that no change concerns stays."""
    if source.is_json:
        from dyncheck.fix.json_layout import json_text

        return source.encoded(json_text(source, changes))
    from dyncheck.fix.native import native_text

    return source.encoded(native_text(source, changes))
