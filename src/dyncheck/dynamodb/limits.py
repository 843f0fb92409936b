"""What DynamoDB accepts in the definition of a table: sizes, names and numbers, each with its source.

The quota of 20 global secondary indexes is not among them, because AWS raises it on request.
Source of the numbers of indexes: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from dyncheck.model import Opaque, Piece, quoted

# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
NAME_FORM = "3 to 255 characters from a-z, A-Z, 0-9, underscore, hyphen and dot"
LONGEST_ATTRIBUTE_NAME = 255

# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeDefinition.html
KEY_TYPES = ("S", "N", "B")

# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.DesignPattern.MultiAttributeKeys.html
KEY_ROLES = ("HASH", "RANGE")
MOST_KEYS_OF_A_ROLE = 4

# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Projection.html
PROJECTIONS = ("ALL", "KEYS_ONLY", "INCLUDE")
MOST_INCLUDED = 20
MOST_INCLUDED_OF_A_TABLE = 100

MOST_LOCAL_INDEXES = 5

# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_StreamSpecification.html
STREAM_VIEW_TYPES = ("NEW_AND_OLD_IMAGES", "NEW_IMAGE", "OLD_IMAGE", "KEYS_ONLY")

# In days: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PointInTimeRecoverySpecification.html
LONGEST_RECOVERY = 35

# The on-demand maximum that means "no maximum": https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_OnDemandThroughput.html
NO_MAXIMUM = -1

# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Tag.html
MOST_TAGS = 50
LONGEST_TAG_KEY = 128
LONGEST_TAG_VALUE = 256

# Tables of a group with strong consistency: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html
STRONG_GROUP = "two replicas, or one replica and a witness"
STRONG_MEMBERS = 2

_SHORTEST_NAME, _LONGEST_NAME = 3, 255
_IN_NAMES = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-")
_REGION = r"[a-z]{2,4}(-[a-z]+)+-[0-9]+"


def is_name(text: str) -> bool:
    """Whether a table or an index may have that name. Raises `Unknown` for a text that depends on an input."""
    return _SHORTEST_NAME <= len(plain(text)) <= _LONGEST_NAME and _IN_NAMES.issuperset(text)


def wrong_in_name(pieces: tuple[Piece, ...]) -> str | None:
    """What no name of a table may have, in words; None where a text of pieces is a name, empty where that depends on what is unknown."""
    from dyncheck.model.pieces import consists_of, least_length, most_length

    least, most, characters = least_length(pieces), most_length(pieces), consists_of(pieces, _IN_NAMES)
    if characters is False:
        known = "".join(piece for piece in pieces if isinstance(piece, str) and not _IN_NAMES.issuperset(piece))
        wrong = "".join(dict.fromkeys(character for character in known if character not in _IN_NAMES))
        return f"a text with {quoted(wrong)}" if wrong else "a text with other characters"
    if least > _LONGEST_NAME:
        return f"a text of at least {least:,} characters"
    if most is not None and most < _SHORTEST_NAME:
        return f"a text of {most} characters at most"
    return None if characters and least >= _SHORTEST_NAME and most is not None and most <= _LONGEST_NAME else ""


def is_attribute_name(text: str) -> bool:
    """Whether a key attribute may have that name: 1 to 255 bytes in UTF-8. Raises `Unknown` as `is_name` does."""
    return 0 < len(plain(text).encode()) <= LONGEST_ATTRIBUTE_NAME


def is_region(text: str) -> bool:
    """Whether a text has the form of a region, such as `eu-west-1`. Raises `Unknown` as `is_name` does."""
    return re.fullmatch(_REGION, plain(text)) is not None


def is_longer(text: str, limit: int) -> bool:
    """Whether a text has more characters than the limit. Raises `Unknown` as `is_name` does."""
    return len(plain(text)) > limit


def are_longer(pieces: tuple[Piece, ...], limit: int) -> bool | None:
    """Whether a text of pieces has more characters than the limit; None where that depends on what is not known."""
    from dyncheck.model.pieces import least_length, most_length

    least, most = least_length(pieces), most_length(pieces)
    return True if least > limit else False if most is not None and most <= limit else None


def repeated(names: Iterable[str]) -> tuple[str, ...]:
    """The names that occur more than once. Raises `Unknown` as `is_name` does."""
    found = Counter(map(plain, names))
    return tuple(name for name, number in found.items() if number > 1)


def plain(text: str) -> str:
    """The text itself. Raises `Unknown` for a text that depends on an input."""
    if isinstance(text, Opaque):
        text.refuse()
    return text
