"""Writes XML that contains no command for a CI log."""

from __future__ import annotations

import re
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from dyncheck.reporters.safe import safe_text

# XML 1.0 cannot represent these, not even as a reference: https://www.w3.org/TR/xml/#charsets
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def document(root: Element) -> str:
    """The element as a document: each element is on its own line."""
    ElementTree.indent(root, "")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, "unicode")}\n'


def allowed(text: str) -> str:
    """The text as it may be in the document, with every invisible character escaped."""
    return _FORBIDDEN.sub("", safe_text(text))
