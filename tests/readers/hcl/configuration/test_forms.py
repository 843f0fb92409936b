"""Each text that the provider hashicorp/random may make fits the pieces that are read of it.

The functions below make texts as its code does: https://github.com/hashicorp/terraform-provider-random/tree/v3.9.0/internal.
"""

from __future__ import annotations

import base64
import random
import string
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest

from dyncheck.model import Deferred
from dyncheck.model.pieces import may_be
from dyncheck.readers.hcl.trees import Trees, root_at

# Of the lists of https://github.com/dustinkirkland/golang-petname, with the shortest and the longest words.
ADVERBS, ADJECTIVES, ANIMALS = ("duly", "admittedly"[:8]), ("up", "enormous"), ("ox", "anteater", "walrus", "bass", "mantis")


def made_by_id(length: int, attribute: str, prefix: str = "") -> str:
    """An attribute of `random_id`."""
    made = random.randbytes(length)
    url = base64.urlsafe_b64encode(made).decode().rstrip("=")
    texts = {"hex": made.hex(), "b64_url": url, "b64_std": base64.b64encode(made).decode(), "dec": str(int.from_bytes(made, "big"))}
    return url if attribute == "id" else prefix + texts[attribute]


def made_by_pet(length: int, separator: str = "-", prefix: str = "") -> str:
    """The id of `random_pet`."""
    words = [random.choice(ANIMALS)]
    if length != 1:
        words = [*(random.choice(ADVERBS) for _ in range(length - 2)), random.choice(ADJECTIVES), *words]
    pet = separator.join(words).lower()
    return f"{prefix}{separator}{pet}" if prefix else pet


def made_of(characters: str, length: int) -> str:
    """The result of `random_string`."""
    return "".join(random.choices(characters, k=length))


LETTERS = string.ascii_letters + string.digits
SPECIAL = "!@#$%&*()-_=+[]{}<>:?"
CASES: list[tuple[str, str, str, Callable[[], str]]] = [
    *(
        ("random_id", f"byte_length = {length}", attribute, lambda length=length, attribute=attribute: made_by_id(length, attribute))
        for length in (0, 1, 2, 3, 8)
        for attribute in ("hex", "b64_url", "b64_std", "dec", "id")
    ),
    ("random_id", 'byte_length = 2\n  prefix = "p é"', "hex", lambda: made_by_id(2, "hex", "p é")),
    ("random_id", 'byte_length = 2\n  prefix = "p"', "id", lambda: made_by_id(2, "id", "p")),
    *(("random_pet", f"length = {length}", "id", lambda length=length: made_by_pet(length)) for length in (-1, 0, 1, 2, 3, 5)),
    ("random_pet", 'separator = "X"\n  prefix = "Pre"', "id", lambda: made_by_pet(2, "X", "Pre")),
    ("random_string", "length = 5", "result", lambda: made_of(LETTERS + SPECIAL, 5)),
    ("random_string", "length = 5\n  special = false", "id", lambda: made_of(LETTERS, 5)),
    ("random_string", 'length = 5\n  override_special = "é"', "result", lambda: made_of(LETTERS + "é", 5)),
    ("random_string", 'length = 5\n  override_special = ""', "result", lambda: made_of(LETTERS + SPECIAL, 5)),
    ("random_string", "length = 3\n  upper = false\n  numeric = false\n  special = false\n  min_upper = 1", "result", lambda: "aBc"),
    ("random_string", "length = 3\n  number = false\n  special = null", "result", lambda: made_of(string.ascii_letters + SPECIAL, 3)),
    ("random_integer", "min = 5\n  max = 1000", "result", lambda: str(random.choice((5, 10, 1000)))),
    ("random_integer", "min = -100\n  max = 9", "result", lambda: str(random.choice((-100, -1, 0, 9)))),
    *((kind, "", "result", lambda: str(uuid.uuid4())) for kind in ("random_uuid", "random_uuid4", "random_uuid7")),
]


@pytest.mark.parametrize(("kind", "arguments", "attribute", "make"), CASES)
def test_what_the_provider_makes_fits_the_pieces(
    kind: str, arguments: str, attribute: str, make: Callable[[], str], tmp_path: Path
) -> None:
    text = (
        f'resource "{kind}" "x" {{\n  {arguments}\n}}\nresource "aws_dynamodb_table" "t" {{\n  name = "a-${{{kind}.x.{attribute}}}"\n}}\n'
    )
    (tmp_path / "main.tf").write_text(text)
    (table,) = Trees(()).read(root_at(str(tmp_path), str(tmp_path))).resources
    value = table.body.value("name")
    assert isinstance(value, Deferred)
    for text in (f"a-{make()}" for _ in range(20)):
        assert may_be(value.pieces, text), (text, value.pieces)
