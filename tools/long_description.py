"""Makes the README the description on PyPI, where links into the repository need its address: those of the released version."""

from __future__ import annotations

import re

# `[text](target)`, and the attributes of `<img>` and `<source>`. A target with a scheme, or within the page, stays.
_LINK = re.compile(r"(?P<before>\]\()(?P<target>(?![a-z]+:|#)[^)\s]+)(?P<after>\))")
_IMAGE = re.compile(r"(?P<before>\b(?:src|srcset)=\")(?P<target>(?![a-z]+:)[^\"]+)(?P<after>\")")
# What must stay as it is: code.
_CODE = re.compile(r"(^```.*?^```|`[^`\n]*`)", re.MULTILINE | re.DOTALL)


def with_absolute_links(text: str, repository: str, revision: str) -> str:
    """Markdown whose links and images in the repository lead to a revision of it on GitHub."""
    pages = f"{repository}/blob/{revision}/"
    images = f"{repository.replace('://github.com/', '://raw.githubusercontent.com/')}/{revision}/"

    def outside_code(part: str) -> str:
        part = _LINK.sub(lambda link: f"{link['before']}{pages}{link['target']}{link['after']}", part)
        return _IMAGE.sub(lambda link: f"{link['before']}{images}{link['target']}{link['after']}", part)

    # A link may have code as its text, so what is between two pieces of code is not enough to find it.
    masked: list[str] = []

    def masking(match: re.Match[str]) -> str:
        masked.append(match[0])
        return f"\0{len(masked) - 1}\0"

    return re.sub("\0(\\d+)\0", lambda mark: masked[int(mark[1])], outside_code(_CODE.sub(masking, text)))
