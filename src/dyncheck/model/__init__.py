"""Resources and values from both readers: known, unset or deferred, each with its place in the sources."""

from dyncheck.model.blocks import Block
from dyncheck.model.places import Comment, Location, Place, Related
from dyncheck.model.problems import Problem, Severity
from dyncheck.model.resources import Change, Condition, Drift, NotChecked, Provider, Resource, without_keys
from dyncheck.model.values import (
    NOT_SET,
    UNSET,
    Deferred,
    Known,
    Opaque,
    Piece,
    Question,
    Reference,
    Unknown,
    Unset,
    Value,
    has_form,
    literal,
    pieces_have_form,
    quoted,
    show,
    start_and_end,
)

__all__ = [
    "NOT_SET",
    "UNSET",
    "Block",
    "Change",
    "Comment",
    "Condition",
    "Deferred",
    "Drift",
    "Known",
    "Location",
    "NotChecked",
    "Opaque",
    "Piece",
    "Place",
    "Problem",
    "Provider",
    "Question",
    "Reference",
    "Related",
    "Resource",
    "Severity",
    "Unknown",
    "Unset",
    "Value",
    "has_form",
    "literal",
    "pieces_have_form",
    "quoted",
    "show",
    "start_and_end",
    "without_keys",
]
