"""Contracts and their configuration as YAML, with comments for the people who go on with them."""

from __future__ import annotations

import json
from importlib.resources import files
from textwrap import fill
from typing import Any

import yaml
from msgspec import to_builtins

from dyncheck.dynamodb import Contract
from dyncheck.starter.contracts import Draft

SCHEMA = "contract.schema.json"
_MODELINE = f"# yaml-language-server: $schema={SCHEMA}\n"
_WIDTH = 120

_COMMENTS = {
    "match": "The tables that this contract holds for. Without `match` it holds for every table.",
    "name": "The name of the table. A placeholder stands for one or more characters; `values` can limit it.",
    "primary_key": "The keys, which can never change on a table that exists.",
    "indexes": "The global secondary indexes that applications read.",
    "encryption": "The KMS key is one of your own.",
    "point_in_time_recovery": "Every state of the last days can be restored. `minimum_days` is the least number of days, from 1 to 35.",
    "deletion_protection": "DynamoDB refuses to delete the table.",
    "billing_modes": "One of these.",
    "table_classes": "One of these.",
    "time_to_live": "The attribute after which items expire.",
    "stream": "What the stream shows of each changed item.",
    "replicas": "The regions that have a copy.",
    "item": "The attributes of the items.",
    "access": "The requests of the application, which the key or an index serves.",
    "tags": "`*` stands for any value that is not empty. A regular expression stands between slashes.",
}

CONFIGURATION = """\
# The settings of dyncheck in this repository. `dyncheck config` shows their effect.

# Paths are relative to this file.
policies:
- contracts

# The contracts that dyncheck ships, products and sessions, hold too, except those that a contract here replaces by its name.
# reference: false
"""


OF_TABLES = "Not demanded, because only what all of the tables have for certain is:"


def as_text(draft: Draft, left_out: str = OF_TABLES) -> str:
    """The file of a contract. `left_out` is the sentence before what it leaves out."""
    contract = draft.contract
    lines = [_MODELINE, comment(contract.description)]
    for key, value in to_builtins(contract).items():
        if key == "description":
            continue
        lines += ["\n", comment(_COMMENTS[key])] if key in _COMMENTS else ["\n"]
        if key == "access":
            lines += ("access:\n", *(f"- {_line(pattern)}" for pattern in value))
            continue
        # Only what is nested is easier to read in braces.
        lines.append(_yaml({key: value}, in_braces=isinstance(value, list | dict) and key != "tags"))
    if draft.left_out:
        lines += ["\n", comment(left_out)]
        lines += (comment(reason, "#   ") for reason in draft.left_out)
    return "".join(lines)


def only(contract: Contract) -> str:
    """The file of a contract, without comments."""
    return _yaml(to_builtins(contract), in_braces=False)


def schema() -> str:
    """The JSON Schema of contracts, with which editors complete and check them."""
    return files("dyncheck.schemas").joinpath(SCHEMA).read_text("utf-8")


def comment(text: str, mark: str = "# ") -> str:
    """A text as comment lines. Whatever could end a line or the file in it is escaped."""
    plain = "".join(char if char.isprintable() else json.dumps(char)[1:-1] for char in str(text))
    return fill(plain, _WIDTH, initial_indent=mark, subsequent_indent=mark, break_long_words=False, break_on_hyphens=False) + "\n"


def _line(value: Any) -> str:
    """A value in one line, however long it is."""
    text: str = yaml.safe_dump(value, sort_keys=False, default_flow_style=True, allow_unicode=True, width=float("inf"))
    return text


def _yaml(value: Any, *, in_braces: bool) -> str:
    style = None if in_braces else False
    text: str = yaml.safe_dump(value, sort_keys=False, default_flow_style=style, allow_unicode=True, width=_WIDTH)
    return text
