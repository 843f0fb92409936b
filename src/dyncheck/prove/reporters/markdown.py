"""Proofs as Markdown: one table of all, and each counterexample with what reproduces it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from dyncheck.prove.report import Proof, ProofReport, Verdict
from dyncheck.prove.reporters.rows import HEADINGS, breaking_input, by_address, number_of, sum_of, verdict_of
from dyncheck.reporters.safe import safe_text


def proofs_as_markdown(report: ProofReport) -> str:
    """The proofs, headed by their sum."""
    rows = [proof for proofs in by_address(report).values() for proof in proofs]
    lines = [
        f"# Proofs of {_cell(report.module)}",
        "",
        f"{number_of(report)} over every input that the variables allow: {sum_of(report)}.",
        *(f"\n> {_cell(notice)}" for notice in report.notices),
        "",
        "| resource | " + " | ".join(HEADINGS) + " |",
        "| --- | --- | --- | ---: | --- |",
        *(_row(proof) for proof in rows),
        "",
    ]
    for proof in rows:
        lines += _details(proof)
    for result in report.unguarded:
        where = f" ({_code(f'{result.location.file}:{result.location.line}')})" if result.location else ""
        waived = f", waived: {_cell(result.waiver.reason)}" if result.waiver else ""
        lines += [f"**{result.rule}** on {_code(result.address)}{where}: {_cell(result.message)}{waived}", ""]
    return safe_text("".join(f"{line}\n" for line in lines))


def _row(proof: Proof) -> str:
    cells = (_code(proof.address), _code(proof.rule), verdict_of(proof), str(proof.cases), _given(proof))
    return f"| {' | '.join(cells)} |"


def _given(proof: Proof) -> str:
    given = breaking_input(proof)
    return _code(given) if proof.counterexample and proof.counterexample.inputs else given


def _details(proof: Proof) -> Iterator[str]:
    if proof.verdict is Verdict.PROVED:
        return
    # No heading: safe_text takes two of its signs in a row for the start of a command.
    yield f"**{proof.rule}** on {_code(proof.address)}: **{verdict_of(proof)}**"
    yield ""
    if proof.waiver:
        yield f"- Waived: {_cell(proof.waiver.reason)} ({_code(proof.waiver.source)})"
    if proof.reason:
        yield f"- Reason: {_cell(proof.reason)}"
    found = proof.counterexample
    if found:
        yield f"- Breaks: {_cell(found.message)}"
    if proof.location:
        yield f"- {'Guard' if found and found.inputs else 'At'}: {_code(f'{proof.location.file}:{proof.location.line}')}"
    if found and found.replay:
        yield f"- Replay: {_cell(found.replay)}"
    if found and found.inputs:
        options = f"terraform plan {' '.join(map(shlex.quote, found.arguments))}\n" if found.arguments else ""
        fence = "~" * max(3, 1 + _longest_fence(f"{options}{found.call}"))
        yield from (["", f"{fence}sh", options.rstrip("\n"), fence] if options else [])
        yield from ("", f"{fence}hcl", found.call, fence)
    yield ""


def _longest_fence(text: str) -> int:
    longest = 0
    while "~" * (longest + 1) in text:
        longest += 1
    return longest


def _code(text: str) -> str:
    """A text as code on one line; a table's bar in it is escaped, and backticks cannot end it."""
    ticks = "`" * (1 + max((len(run) for run in "".join(c if c == "`" else " " for c in text).split()), default=0))
    pad = " " if "`" in text else ""
    return f"{ticks}{pad}{text}{pad}{ticks}".replace("|", "\\|").replace("\n", " ")


def _cell(text: str) -> str:
    """A text that is no markup."""
    for character in "\\`*_[]<>|#":
        text = text.replace(character, f"\\{character}")
    return " ".join(text.split())
