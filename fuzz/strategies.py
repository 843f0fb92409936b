"""What hypothesis makes: inputs written from nothing by the grammar of their kind, and fixtures that are changed."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from fuzz.mutation import Mutator
from tests.readers.hcl.parity import generator

_NAMES = st.sampled_from(
    [
        "var.strings",
        "var.map",
        "var.object",
        "var.secret",
        "var.nothing",
        "var.set",
        "var.numbers",
        "local.x",
        "path.root",
        "each.key",
        "nope.x",
    ]
)
FUNCTIONS = """
    abs ceil floor log max min parseint pow signum sum tonumber tostring tobool tolist toset tomap format formatlist join split
    replace  regex regexall substr trim title upper indent strrev length keys values lookup merge zipmap flatten distinct sort
    reverse slice chunklist element  index contains coalesce compact concat one range setproduct setunion transpose matchkeys
    jsonencode jsondecode yamlencode yamldecode csvdecode  base64encode base64decode urlencode textencodebase64 formatdate timeadd
    timecmp cidrhost cidrnetmask cidrsubnet cidrsubnets md5 sha256 uuidv5  file fileset templatefile basename pathexpand try can
    nonsensitive sensitive type
"""
_TEXT = st.text(alphabet=st.sampled_from(list('ab01 \\"$%{}~\n:-.,é\u0301/*?[]')), max_size=12)


def quoted(text: str) -> str:
    """A text as a literal of the language."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("${", "$${").replace("%{", "%%{") + '"'


def _grown(inner: SearchStrategy[str]) -> SearchStrategy[str]:
    several = st.lists(inner, max_size=4)
    return st.one_of(
        several.map(lambda items: f"[{', '.join(items)}]"),
        st.lists(st.tuples(st.one_of(st.sampled_from(["a", "b", '"c d"']), inner.map(lambda text: f"({text})")), inner), max_size=3).map(
            lambda pairs: "{" + ", ".join(f"{key} = {value}" for key, value in pairs) + "}"
        ),
        st.tuples(st.sampled_from(FUNCTIONS.split()), several).map(lambda call: f"{call[0]}({', '.join(call[1])})"),
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "%", "==", "!=", "<", ">", "<=", ">=", "&&", "||"]), inner).map(" ".join),
        st.tuples(st.sampled_from("-!"), inner).map("".join),
        st.tuples(inner, inner, inner).map(lambda parts: f"({parts[0]} ? {parts[1]} : {parts[2]})"),
        st.tuples(inner, st.sampled_from(["[*]", ".*.a", "[0]", '["a"]', ".a", "[*].a[0]", "[-1]"])).map(
            lambda parts: f"({parts[0]}){parts[1]}"
        ),
        st.tuples(inner, inner).map(lambda parts: f"[for k, v in {parts[0]} : {parts[1]} if k != v]"),
        st.tuples(inner, inner).map(lambda parts: f"{{for k, v in {parts[0]} : k => {parts[1]}...}}"),
        inner.map(lambda text: f'"x ${{{text}}} y"'),
        inner.map(lambda text: f'"%{{ if {text} ~}} a %{{ endif }}"'),
        inner.map(lambda text: f'"%{{ for v in {text} }}${{v}}%{{ endfor ~}} "'),
    )


def expressions() -> SearchStrategy[bytes]:
    """Expressions of the language."""
    leaves = st.one_of(
        _NAMES,
        _TEXT.map(quoted),
        st.integers(-5, 5).map(str),
        st.sampled_from(["true", "null", "1e400", "0.1", "9007199254740993", "1e-9", "<<E\nx\nE\n"]),
    )
    return st.recursive(leaves, _grown, max_leaves=8).map(str.encode)


def bodies() -> SearchStrategy[bytes]:
    """Files of the language."""
    value = expressions().map(bytes.decode)
    name = st.sampled_from(["a", "b-c", "größe", "count", "for_each"])
    argument = st.tuples(name, value).map(lambda pair: f"{pair[0]} = {pair[1]}\n")
    block = st.tuples(name, st.lists(st.sampled_from(['"x"', "y", '"a b"']), max_size=2), st.lists(argument, max_size=3)).map(
        lambda parts: f"{' '.join((parts[0], *parts[1]))} {{\n{''.join(parts[2])}}}\n"
    )
    comment = st.sampled_from(["# x\n", "// dyncheck: ignore[dead-alarm] x\n", "/* a\n b */\n", "\n", "\t \n"])
    return st.lists(st.one_of(argument, block, comment), max_size=5).map("".join).map(str.encode)


def json_documents() -> SearchStrategy[bytes]:
    """JSON of any kind."""
    leaves = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=8))
    values = st.recursive(
        leaves, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=4), inner, max_size=4)), max_leaves=10
    )
    return st.dictionaries(st.text(max_size=4), values, max_size=4).map(lambda value: json.dumps(value).encode())


def patterns() -> SearchStrategy[bytes]:
    """Regular expressions with a text to look in."""
    piece = st.sampled_from(["a", "b", "c", ".", "[ab]", "[^a]", "\\d", "\\b", "^", "$", "(?i)", "[[:alpha:]]", "\\pL", "é"])
    grown = st.recursive(
        piece,
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=3).map("".join),
            st.tuples(inner, inner).map("|".join),
            inner.map(lambda text: f"({text})"),
            inner.map(lambda text: f"(?P<n>{text})"),
            st.tuples(inner, st.sampled_from(["*", "+", "?", "*?", "+?", "{2}", "{1,3}", "{0,}"])).map(
                lambda pair: f"(?:{pair[0]}){pair[1]}"
            ),
        ),
        max_leaves=6,
    )
    return st.tuples(grown, st.text(alphabet="abcAé1 \n", max_size=14)).map("\n".join).map(str.encode)


def comments() -> SearchStrategy[bytes]:
    """Waivers, nearly."""
    words = """dyncheck: ignore[ ] , unencrypted-table dead-alarm no-such-rule reason until= 2026-12-31 2026-02-30 owner= x
     checkov:skip= CKV_AWS_28 CKV_DYNCHECK : trivy:ignore: AVD-AWS-0024 tfsec:ignore: exp:"""
    parts = st.sampled_from([*words.split(), " ", "\u2028", "é"])
    return st.lists(parts, max_size=9).map("".join).map(str.encode)


def numbers() -> SearchStrategy[bytes]:
    """Numbers as they are written."""
    digits = st.text(alphabet="0123456789", min_size=1, max_size=40)
    return (
        st.tuples(
            st.sampled_from(["", "-"]),
            digits,
            st.one_of(st.just(""), digits.map(lambda text: f".{text}")),
            st.one_of(st.just(""), st.integers(-900, 900).map(lambda power: f"e{power}")),
        )
        .map("".join)
        .map(str.encode)
    )


def trees() -> SearchStrategy[bytes]:
    """Whole configurations, as those that HCL mode is held against plans with."""
    return generator.cases().map(lambda case: json.dumps(case.files).encode())


def reports() -> SearchStrategy[bytes]:
    """Reports with any text anywhere."""
    text = st.one_of(
        st.sampled_from(["", "a", "::error::x", "<b>&", "|", "`", "]]>", "\x1b[0m", "##[x]", "\u2028", "${{ x }}", "main.tf", "é" * 3]),
        st.text(max_size=10),
    )
    number = st.integers(1, 10**6)
    related = st.fixed_dictionaries({"file": text, "line": number, "message": text})
    result = st.fixed_dictionaries(
        {
            "rule": st.sampled_from(["unencrypted-table", "dead-alarm", "table-replacement"]),
            "status": st.sampled_from(["fail", "unknown", "waived", "pass"]),
            "severity": st.sampled_from(["error", "warning", "note"]),
            "address": text,
            "message": text,
        },
        optional={
            "attribute": text, "summary": text, "found": text, "expected": text, "fix": text, "table": text,
            "location": st.fixed_dictionaries({"file": text, "line": number, "end_line": number}),
            "related": st.lists(related, max_size=2),
            "excerpt": st.lists(text, max_size=2),
        },
    )  # fmt: skip
    waived = st.fixed_dictionaries({"reason": text, "source": text, "owner": text, "until": st.sampled_from(["", "2026-12-31"])})
    complete = st.tuples(result, waived).map(lambda pair: pair[0] | ({"waiver": pair[1]} if pair[0]["status"] == "waived" else {}))
    effect = st.fixed_dictionaries(
        {"address": text, "happens": st.sampled_from(["destroyed", "replaced", "forgotten", "changed", "kept"])},
        optional={"name": text, "because": text, "elsewhere": text, "details": st.lists(text, max_size=2)},
    )
    entry = st.fixed_dictionaries(
        {
            "path": text,
            "kind": st.sampled_from(["plan", "state", "hcl"]),
            "sha256": st.just("0" * 64),
            "results": st.lists(complete, max_size=3),
        },
        optional={"notices": st.lists(text, max_size=2), "producer": text, "effects": st.lists(effect, max_size=2), "tables": number},
    )
    earlier = st.fixed_dictionaries({"rule": text, "severity": st.sampled_from(["error", "note"]), "address": text, "message": text})
    several_earlier = st.lists(earlier, max_size=1)
    comparison = st.fixed_dictionaries({"baseline": text, "open": st.just([]), "fixed": several_earlier, "now_unknown": several_earlier})
    whole = st.fixed_dictionaries(
        {"inputs": st.lists(entry, max_size=2)},
        optional={
            "required": st.lists(complete, max_size=1),
            "errors": st.lists(text.map(lambda error: error.replace("\n", " ")), max_size=2),
            "notices": st.lists(text, max_size=2),
            "configuration": st.fixed_dictionaries({"path": text, "sha256": st.just("0" * 64), "holds": st.lists(text, max_size=2)}),
            "comparison": comparison,
        },
    )
    return whole.map(lambda report: json.dumps(report).encode())


def changed(seeds: Callable[[], Sequence[bytes]], mutate: Mutator) -> SearchStrategy[bytes]:
    """Fixtures, changed."""

    @st.composite
    def made(draw: Any) -> bytes:
        seed: bytes = draw(st.sampled_from(list(seeds())))
        return mutate(seed, draw(st.randoms(use_true_random=True)))

    return made()
