"""Writes the text: effects of plans, findings, unknown results, notices, coverage, counts, and what decides the exit code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from dyncheck.findings import Input, Report, Result, Status
from dyncheck.reporters.coverage import coverage
from dyncheck.reporters.decision import decision, fails
from dyncheck.reporters.layout import INDENT, Layout, TextStyle
from dyncheck.reporters.problems import DIGEST, MOST_INSTANCES, ReportedProblem, digest, problems
from dyncheck.reporters.tally import changes, checked, found, terms
from dyncheck.rule import Severity

# So many lines show problems in full, and so many unknown results; each other rule then has one line.
_ROOM = 120
_ROOM_OF_UNKNOWN = 40
_MOST_RELATED = 4
_MOST_ROWS = 3
_MOST_OF_RULE = 3
_MOST_SENTENCES = 10
_MOST_TITLES = 3


def to_text(report: Report, look: TextStyle) -> str:
    """The report as text. Unless it is quiet, its last line says what decides the exit code."""
    return "".join(f"{line}\n" for line in _Text(report, look).lines())


class _Text:
    """Writes the lines of one report in one style."""

    def __init__(self, report: Report, look: TextStyle) -> None:
        self._report = report
        self._look = look
        self._layout = Layout(look)

    def lines(self) -> Iterator[str]:
        if self._look.quiet:
            yield from self._findings()
            yield from self._strict()
            return
        if len(self._report.inputs) == 1:
            yield from self._section(_heading(self._report.inputs[0]), ())
        yield from self._effects()
        yield from self._findings()
        if self._report.comparison:
            yield from self._changes()
        yield from self._notices()
        yield from self._closing()

    def _effects(self) -> Iterator[str]:
        """What the plans do to tables. That a table is lost is always there; of what changes in place there is only so much."""
        with_effects = [each for each in self._report.heads if each.effects]
        if not with_effects:
            return
        from dyncheck.reporters.effects import HEADING, sentences

        room, hidden = _MOST_SENTENCES, 0
        for each in with_effects:
            effects = sentences(each)
            lost = sum(effect.happens not in ("changed", "kept") or effect.loses_items for effect in each.effects)
            shown = effects if self._look.verbose else effects[: max(lost, room)]
            room, hidden = max(room - len(shown), 0), hidden + len(effects) - len(shown)
            if shown:
                yield from self._section(f"{HEADING} ({each.title})" if len(self._report.inputs) > 1 else HEADING, shown)
        if hidden:
            yield from (*self._layout.wrapped(f"{hidden:,} more sentences on tables that keep their items (-v shows them)"), "")

    def _section(self, heading: str, texts: Iterable[str]) -> Iterator[str]:
        yield self._layout.heading(heading)
        for text in texts:
            yield from self._layout.wrapped(text, "  ")
        yield ""

    def _findings(self) -> Iterator[str]:
        decided: list[ReportedProblem] = []
        unknown: list[ReportedProblem] = []
        for each in problems(self._report, self._is_shown, in_full=self._look.verbose):
            is_open = each.result.status is Status.UNKNOWN and not self._report.decides(each.result)
            (unknown if is_open else decided).append(each)
        yield from self._opened(decided, _ROOM)
        yield from self._opened(unknown, _ROOM_OF_UNKNOWN)

    def _is_shown(self, result: Result) -> bool:
        look, report, status = self._look, self._report, result.status
        if look.quiet:
            return report.decides(result)
        if status is Status.UNKNOWN and not look.show_unknown:
            return False
        return look.verbose or (status in (Status.FAIL, Status.UNKNOWN) and report.is_new(result))

    def _opened(self, found: list[ReportedProblem], room: int) -> Iterator[str]:
        """The problems in full as long as there is room, then one line for each rule of the others."""
        closed = [problem for problem in found if not self._is_opened(problem)]
        opened = [(problem, [*self._problem(problem), ""]) for problem in found if self._is_opened(problem)]
        if self._look.verbose or sum(len(lines) for _, lines in opened) <= room:
            yield from (line for _, lines in opened for line in lines)
        else:
            too_many: list[ReportedProblem] = []
            numbers: dict[tuple[str, ...], int] = {}
            for problem, lines in opened:
                # One rule with many different messages would leave no room for others.
                numbers[problem.rules] = number = numbers.get(problem.rules, 0) + 1
                if room <= 0 or number > _MOST_OF_RULE:
                    too_many.append(problem)
                    continue
                room -= len(lines)
                yield from lines
            closed = too_many + closed
        if closed:
            yield from self._rows(closed)

    def _is_opened(self, problem: ReportedProblem) -> bool:
        result = problem.result
        if result.status is Status.PASS:
            return False
        is_note = result.status is Status.FAIL and result.severity is Severity.NOTE
        return not is_note or self._look.verbose or self._report.decides(result)

    def _rows(self, closed: list[ReportedProblem]) -> Iterator[str]:
        by_rule: dict[tuple[str, str], list[ReportedProblem]] = {}
        for problem in closed:
            by_rule.setdefault((problem.label, ", ".join(problem.rules)), []).append(problem)
        column = max(len(rule) for _, rule in by_rule)
        for (label, rule), several in by_rule.items():
            yield from self._row(label, rule, several, column)
        if not self._look.verbose:
            yield from self._layout.hint("-v shows them in full, --format concise one line for each")
        yield ""

    def _row(self, label: str, rule: str, several: list[ReportedProblem], column: int) -> Iterator[str]:
        first = dict.fromkeys((each.place, each.address) for problem in several for each in problem.instances)
        wheres = Counter(bytes(each.wheres[start : start + DIGEST]) for each in several for start in range(0, len(each.wheres), DIGEST))
        number = len(wheres)
        most = number if self._look.verbose or number <= _MOST_ROWS else 1
        more = f" and {number - most:,} more" if most < number else ""
        for where in [*first][:most]:
            same = wheres[digest(*where)]
            yield self._layout.row(label, rule, *where, (f" ({same})" if same > 1 else "") + more, column)
            if label == Status.PASS.value:
                yield from self._evidence(several, where)

    def _evidence(self, several: list[ReportedProblem], where: tuple[str, str]) -> Iterator[str]:
        """Why a rule passes at a place, where it says that."""
        details = (each.detail for problem in several for each in problem.instances if (each.place, each.address) == where)
        for detail in dict.fromkeys(filter(None, details)):
            yield from self._layout.labelled("", detail)

    def _problem(self, problem: ReportedProblem) -> Iterator[str]:
        layout, result = self._layout, problem.result
        is_unknown = result.status is Status.UNKNOWN
        old = "" if self._report.is_new(result) or result.status is Status.WAIVED else "Still open: "
        text = result.message if is_unknown else result.summary or result.message
        yield from layout.headed(problem.label, problem.rules, f"{old}{text}")
        yield from self._instances(problem)
        if result.waiver:
            yield from (*layout.labelled("why", result.waiver.reason), *layout.labelled("", terms(result.waiver)))
        if problem.number == 1:
            for number, related in enumerate(result.related[:_MOST_RELATED]):
                yield from layout.labelled("" if number else "from", f"{related.file}:{related.line} {related.message}")
        if not is_unknown:
            yield from self._correction(problem)

    def _instances(self, problem: ReportedProblem) -> Iterator[str]:
        layout, instances = self._layout, problem.instances
        is_same = problem.detail is not None
        most = problem.number if self._look.verbose or problem.number <= MOST_INSTANCES else MOST_INSTANCES - 1
        by_place: dict[str, list[str]] = {}
        for each in instances[:most]:
            by_place.setdefault(each.place, []).append(each.address if is_same else f"{each.address}: {each.detail}")
        for place, addresses in by_place.items():
            line = f"{place}  {addresses[0]}"
            if place and len(addresses) == 1 and len(INDENT) + len(line) <= layout.width:
                yield from layout.wrapped(line, INDENT)
                continue
            yield from layout.wrapped(place, INDENT) if place else ()
            for address in addresses:
                yield from layout.wrapped(address, f"{INDENT}  " if place else INDENT)
        if most < problem.number:
            yield from layout.hint(f"and {problem.number - most:,} more (-v lists them)")

    def _correction(self, problem: ReportedProblem) -> Iterator[str]:
        layout, result = self._layout, problem.result
        if result.found and problem.detail is not None:
            yield from layout.labelled("found", problem.detail)
        if result.expected:
            yield from layout.labelled("expected", result.expected)
        if result.contract:
            yield from layout.labelled("contract", result.contract)
        if result.fix:
            yield from layout.code("fix", result.fix)
        if not problem.is_alike:
            yield from layout.hint("The fix is that of the first; -v shows that of each.")

    def _changes(self) -> Iterator[str]:
        comparison = self._report.comparison
        assert comparison is not None
        yield self._layout.heading(f"since {comparison.baseline}: {changes(self._report)}")
        for label, earlier in (("fixed", comparison.fixed), ("unknown", comparison.now_unknown), ("waived", comparison.now_waived)):
            shown = earlier if self._look.verbose else earlier[:_MOST_SENTENCES]
            for each in shown:
                yield from self._layout.headed(label, (each.rule,), each.place)
            if len(shown) < len(earlier):
                yield from self._layout.hint(f"and {len(earlier) - len(shown):,} more (-v lists them)")
        yield ""

    def _notices(self) -> Iterator[str]:
        report = self._report
        texts = [*report.notices]
        if any(each.notices for each in report.heads):
            from dyncheck.reporters.notices import folded_notices

            number = len(report.inputs)
            for each in folded_notices(report.heads):
                subject = f"All {number:,} inputs" if len(each.inputs) == number else each.subject
                texts.append(each.text if number == 1 else f"{subject}: {each.text}")
        if texts:
            yield from self._section("Notices", texts)
        if report.configuration:
            yield from self._section(f"{report.configuration.path}: configuration", report.configuration.holds)

    def _strict(self) -> Iterator[str]:
        """Why a strict run ends in exit code 3."""
        return (self._layout.paint(line, fg="red") for reason in self._report.strict for line in self._layout.wrapped(reason))

    def _closing(self) -> Iterator[str]:
        report, layout = self._report, self._layout
        if len(report.inputs) > 1:
            titles = [_heading(each) if self._look.verbose else each.title for each in report.heads]
            more = 0 if self._look.verbose else len(titles) - _MOST_TITLES
            shown = ", ".join(titles[: len(titles) - more] if more > 0 else titles)
            yield from layout.wrapped(f"Inputs: {shown}{f' and {more:,} more' if more > 0 else ''}.")
        for sentence in coverage(report, in_full=self._look.verbose):
            yield from layout.wrapped(sentence)
        yield from layout.wrapped(f"{checked(report)}: {', '.join(found(report)) or 'no findings'}")
        yield from self._strict()
        color = "red" if fails(report) else "green"
        yield from (layout.paint(line, fg=color, bold=True) for line in layout.wrapped(decision(report)))


def _heading(each: Input) -> str:
    return f"{each.title}: {each.kind}{f' by {each.producer}' if each.producer else ''}"
