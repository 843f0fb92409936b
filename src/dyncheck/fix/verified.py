"""The edits that correct the findings of a report, each verified before it is offered.

An edit is made in memory, and every root module that uses its file is checked again. It is offered only if the finding is gone, and nothing
else is new, unknown or refused anywhere. What a finding hid may show up: a less severe finding on the same resource, such as the key of a
table that is encrypted now, and what the same rule cannot determine there, which it does not report beside a finding.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from dyncheck.catalog.rules import all_rules
from dyncheck.checking.settings import Settings
from dyncheck.findings import Report, Result, Status
from dyncheck.fix.alignment import is_aligned
from dyncheck.fix.changes import Change, file_of
from dyncheck.fix.changes import settings as settings_of
from dyncheck.fix.edits import Edit, edits_between
from dyncheck.fix.layout import changed
from dyncheck.fix.printed import NotFixableError
from dyncheck.fix.proposals import proposals
from dyncheck.fix.sources import SourceFile
from dyncheck.fix.spots import Files
from dyncheck.fix.targets import Key, Outcome, Target, Targets, key_of
from dyncheck.readers.hcl.configuration.files import is_inside
from dyncheck.readers.hcl.language.syntax import SyntaxFault
from dyncheck.rule import Fix, Rule

# An edit may need others: the new findings that it makes are corrected with it, so many times.
_MOST_EXTENSIONS = 3


class Offer(Struct, frozen=True):
    """The changes that correct some findings of one place. `kind` is `safe` or `unsafe`."""

    results: tuple[Result, ...]
    kind: Fix
    changes: tuple[Change, ...]


class Refusal(Struct, frozen=True):
    """Findings of one place without an edit, and why: a sentence."""

    results: tuple[Result, ...]
    reason: str


class Content(Struct, frozen=True):
    """A file by its path as messages show it, with its content before and after all edits together."""

    file: str
    before: bytes
    after: bytes


class Fixes(Struct, frozen=True):
    """What `dyncheck fix` does about the findings of a report. The files have all offers made together, which is what was verified.

    `corrected` are the findings that are gone then, also those that no offer is for. `held_back` are those whose fixes are unsafe and were
    not asked for.
    """

    offers: tuple[Offer, ...] = ()
    corrected: tuple[Result, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    held_back: tuple[Result, ...] = ()
    files: tuple[Content, ...] = ()

    def edits(self) -> Iterator[tuple[Offer, tuple[Edit, ...]]]:
        """Each offer with its edits alone, of the files as they are."""
        sources = {content.file: SourceFile(content.file, content.before) for content in self.files}
        for offer in self.offers:
            contents = _contents(sources, (offer,))
            yield offer, tuple(edit for path, after in contents.items() for edit in edits_between(path, sources[path].data, after))


class Candidate(Struct):
    """Findings of one place with the ways to correct them, the first that was not tried yet in front."""

    results: list[Result]
    kind: Fix
    ways: list[tuple[Change, ...]]
    extensions: int = 0

    @property
    def changes(self) -> tuple[Change, ...]:
        return self.ways[0]


def verified_edits(report: Report, paths: Sequence[str], settings: Settings, *, unsafe: bool = False, rules: Sequence[str] = ()) -> Fixes:
    """The edits for the findings of a report of a run with these paths and settings; with `unsafe` also those that need a decision.

    `rules` are the ids of the rules whose findings are corrected, empty for all.
    """
    kinds = _Kinds(settings)
    failed = [each for each in report.results if each.status is Status.FAIL and (not rules or each.rule in rules)]
    return _Verifier(report, paths, settings, kinds, unsafe=unsafe).fixes(failed)


class _Kinds:
    """The kinds of the fixes of findings, as their rules declare them."""

    def __init__(self, settings: Settings) -> None:
        self._rules: dict[str, Rule] = {rule.id: rule for rule in (*all_rules(), *settings.own_rules)}

    def of(self, result: Result) -> Fix:
        rule = self._rules.get(result.rule)
        return rule.fix_at(result.attribute) if rule else "none"


class _Verifier:
    def __init__(self, report: Report, paths: Sequence[str], settings: Settings, kinds: _Kinds, *, unsafe: bool) -> None:
        self._kinds = kinds
        self._files = Files()
        self._targets = Targets(report, paths, settings)
        self._unsafe = unsafe
        self._accepted: list[Candidate] = []
        self._refusals: list[Refusal] = []
        # The results of targets with all accepted edits.
        self._latest: dict[Target, Outcome] = {}

    def fixes(self, failed: Sequence[Result]) -> Fixes:
        """The edits for some findings. Those that need a decision come last, because others may correct the finding as well."""
        needs_decision = [each for each in failed if self._kinds.of(each) == "unsafe" and each.fix]
        others = frozenset(map(id, needs_decision))
        self._settle_all(self._candidates(each for each in failed if id(each) not in others))
        left = tuple(each for each in needs_decision if not self._is_corrected(each))
        if self._unsafe:
            self._settle_all(self._candidates(left))
        accepted = self._accepted
        offers = tuple(Offer(tuple(each.results), each.kind, each.changes) for each in accepted)
        contents = _contents(self._files, accepted)
        files = tuple(Content(path, self._files[path].data, after) for path, after in sorted(contents.items()))
        refusals = tuple(each for each in self._refusals if not all(map(self._is_corrected, each.results)))
        return Fixes(offers, tuple(filter(self._is_corrected, failed)), refusals, () if self._unsafe else left, files)

    def _is_corrected(self, result: Result) -> bool:
        """Whether a finding is gone with the accepted edits."""
        target = self._target(result)
        latest = self._latest.get(target) if target else None
        return latest is not None and key_of(result) not in latest.failed and key_of(result) not in latest.unknown

    def _candidates(self, failed: Iterable[Result]) -> list[Candidate]:
        """The findings with edits, those with the same edits together."""
        found: dict[tuple[tuple[Change, ...], ...], Candidate] = {}
        for result in failed:
            kind = self._kinds.of(result)
            try:
                if kind == "none":
                    raise NotFixableError("An edit cannot correct this: read what the rule says about it.")
                ways = proposals(result, self._files)
                for path in {file_of(change) for way in ways for change in way}:
                    self._refuse_elsewhere(path)
                self._refuse_unseen(result)
            except NotFixableError as reason:
                self._refusals.append(Refusal((result,), str(reason)))
                continue
            found.setdefault(ways, Candidate([], kind, list(ways))).results.append(result)
        return list(found.values())

    def _refuse_elsewhere(self, path: str) -> None:
        """Raise `NotFixableError` for a file that dyncheck must not change."""
        real = os.path.realpath(path)
        if os.path.islink(path):
            raise NotFixableError(f"{path} is a link. Correct the file that it leads to.")
        if not any(is_inside(real, top) for top in self._targets.tops):
            raise NotFixableError(f"{path} is outside of the repository or directory that is checked.")
        if ".terraform" in real.split(os.sep):
            raise NotFixableError(f"{path} belongs to an installed module. Correct the source of that module.")

    def _refuse_unseen(self, result: Result) -> None:
        """Raise `NotFixableError` for a finding of a plan that its files alone do not show."""
        target = self._target(result)
        if target is None:
            raise NotFixableError("The report does not show the place in the Terraform files.")
        self._targets.learn([target])
        if not self._targets.before(target).failed.get(key_of(result)):
            raise NotFixableError("The Terraform files alone do not show the finding, so dyncheck cannot verify an edit.")

    def _target(self, result: Result) -> Target | None:
        return self._targets.by_input.get((result.input, result.environment))

    def _without_conflicts(self, candidates: list[Candidate]) -> list[Candidate]:
        """The candidates that set nothing to another value than another one does."""
        values: dict[object, dict[str, list[Candidate]]] = {}
        for candidate in candidates:
            for change in candidate.changes:
                for key, value in settings_of(change):
                    values.setdefault(key, {}).setdefault(value, []).append(candidate)
        in_conflict = {id(each) for by_value in values.values() if len(by_value) > 1 for group in by_value.values() for each in group}
        conflicting = [each for each in candidates if id(each) in in_conflict]
        for candidate in conflicting:
            inputs = {(result.input, result.environment) for each in conflicting for result in each.results}
            what = "root modules" if len(inputs) > 1 else "findings"
            self._refuse(candidate, f"Two {what} want different values at this place.")
        return [each for each in candidates if id(each) not in in_conflict]

    def _settle_all(self, candidates: list[Candidate]) -> None:
        """Accept the candidates that can be made together, and refuse the others. Most often that needs one check."""
        for group in self._connected(self._without_conflicts(candidates)):
            self._settle(group)

    def _settle(self, group: list[Candidate]) -> None:
        if not group:
            return
        problems = self._problems(group)
        suspects = [each for each in group if id(each) in problems.suspects]
        if not problems:
            self._accepted += group
            self._latest |= problems.outcomes
        elif suspects and len(suspects) < len(group):
            # They need not keep the others waiting.
            self._settle([each for each in group if id(each) not in problems.suspects])
            for candidate in suspects:
                self._settle([candidate])
        elif len(group) > 1:
            half = len(group) // 2
            self._settle(group[:half])
            self._settle(group[half:])
        elif self._has_other_way(group[0], problems):
            self._settle(group)
        else:
            self._refuse(group[0], problems.reason)

    def _has_other_way(self, candidate: Candidate, problems: _Problems) -> bool:
        """Whether there is another way to correct findings: this one with what corrects the new findings, or the next one."""
        added = () if id(candidate) in problems.staying else tuple(self._changes_for(problems.new, candidate))
        if candidate.extensions < _MOST_EXTENSIONS and set(added) - set(candidate.changes):
            candidate.extensions += 1
            candidate.ways[0] = tuple(dict.fromkeys((*candidate.changes, *added)))
            return True
        candidate.ways.pop(0)
        candidate.extensions = 0
        return bool(candidate.ways)

    def _changes_for(self, new: Iterable[Result], candidate: Candidate) -> Iterator[Change]:
        """The changes that correct the new findings after an edit, none if some have no edit."""
        found: list[Change] = []
        for result in new:
            kind = self._kinds.of(result)
            if kind == "none" or (kind == "unsafe" and not self._unsafe):
                return
            try:
                found += proposals(result, self._files, was_edited=True)[0]
            except NotFixableError:
                return
            if kind == "unsafe":
                candidate.kind = kind
        yield from found

    def _connected(self, candidates: list[Candidate]) -> list[list[Candidate]]:
        """The candidates in groups: those of one group concern a common root module, directly or through others."""
        groups: list[tuple[set[Target], list[Candidate]]] = []
        for candidate in candidates:
            targets = set(self._using([candidate]))
            joined = [candidate]
            apart = []
            for others, group in groups:
                if targets.isdisjoint(others):
                    apart.append((others, group))
                else:
                    targets |= others
                    joined = [*group, *joined]
            groups = [*apart, (targets, joined)]
        return [group for _, group in groups]

    def _using(self, candidates: Iterable[Candidate]) -> list[Target]:
        """The targets to check, those of the findings included."""
        paths = dict.fromkeys(os.path.realpath(path) for each in candidates for path in _paths(each))
        own = (target for each in candidates for result in each.results if (target := self._target(result)))
        return list(dict.fromkeys((*own, *(target for path in paths for target in self._targets.using(path)))))

    def _problems(self, group: list[Candidate]) -> _Problems:
        """What is wrong with the edits of a group, made together with those that are accepted."""
        problems = _Problems()
        try:
            contents = _contents(self._files, [*self._accepted, *group])
            for path, data in contents.items():
                _refuse_invalid(self._files[path], data)
        except NotFixableError as reason:
            problems.add(str(reason))
            return problems
        targets = self._using(group)
        overlay = {os.path.realpath(path): data for path, data in contents.items()}
        known = zip(targets, self._targets.after(overlay, targets), strict=True)
        expected = _expected((*self._accepted, *group), self._target)
        for target, after in known:
            problems.outcomes[target] = after
            before = self._targets.before(target)
            problems.new_in(target, before, after)
            for candidate in (*self._accepted, *group):
                if any(
                    self._target(result) == target and not _is_gone(result, before, after, expected[target]) for result in candidate.results
                ):
                    problems.stays(candidate)
                if any(self._target(result) == target and result.address in problems.addresses for result in candidate.results):
                    problems.suspects.add(id(candidate))
        return problems

    def _refuse(self, candidate: Candidate, reason: str) -> None:
        self._refusals.append(Refusal(tuple(candidate.results), reason))


class _Problems:
    """What is wrong with edits: the first new finding or error, and the candidates whose findings stay; and the results of the targets."""

    def __init__(self) -> None:
        self.reason = ""
        # The ids of the candidates whose findings stay, and of all that may be the cause of something.
        self.staying: set[int] = set()
        self.suspects: set[int] = set()
        # The new findings, if nothing else is wrong; and where they are in the last target.
        self.new: list[Result] = []
        self.addresses: set[str] = set()
        self.outcomes: dict[Target, Outcome] = {}

    def __bool__(self) -> bool:
        return bool(self.reason)

    def add(self, reason: str) -> None:
        self.reason = self.reason or reason

    def stays(self, candidate: Candidate) -> None:
        self.add("With the edit, dyncheck still reports the finding.")
        self.staying.add(id(candidate))
        self.suspects.add(id(candidate))

    def new_in(self, target: Target, before: Outcome, after: Outcome) -> None:
        """Add the first error, finding or unknown that a target did not have before."""
        hidden = _Hidden(before.results[key] for key in before.failed if key not in after.failed)
        error = next((error for error in after.errors if error not in before.errors), None)
        if error:
            self.add(f"With the edit, {target.name} would be invalid: {error}")
        self.addresses = set()
        for key, number in after.failed.items():
            result = after.results[key]
            if number > before.failed.get(key, 0) + before.waived.get(key, 0) and not hidden.failure(result):
                self.add(_new("would fail", result, target))
                self.new.append(result)
                self.addresses.add(result.address)
        for key, number in after.unknown.items():
            result = after.results[key]
            if number > before.unknown.get(key, 0) + before.waived.get(key, 0) and not hidden.unknown(result):
                self.add(_new("would be unknown", result, target))
                self.addresses.add(result.address)


class _Hidden:
    """What findings may have hidden that are gone now."""

    def __init__(self, corrected: Iterable[Result]) -> None:
        self._ranks: dict[str, int] = {}
        self._rules: set[tuple[str, str]] = set()
        for result in corrected:
            self._ranks[result.address] = min(result.severity.rank, self._ranks.get(result.address, result.severity.rank))
            self._rules.add((result.rule, result.address))

    def failure(self, result: Result) -> bool:
        return result.severity.rank > self._ranks.get(result.address, result.severity.rank)

    def unknown(self, result: Result) -> bool:
        return (result.rule, result.address) in self._rules


def _new(verdict: str, result: Result, target: Target) -> str:
    return f"With the edit, {result.rule} {verdict} on {result.address} in {target.name}: {result.message}."


def _expected(candidates: Iterable[Candidate], target_of: object) -> dict[Target, Counter[Key]]:
    found: dict[Target, Counter[Key]] = {}
    for candidate in candidates:
        for result in candidate.results:
            found.setdefault(target_of(result), Counter())[key_of(result)] += 1  # type: ignore[operator]
    return found


def _is_gone(result: Result, before: Outcome, after: Outcome, expected: Counter[Key]) -> bool:
    """Whether a finding is gone. Of several with one key, as many as have an edit."""
    key = key_of(result)
    left = before.failed.get(key, 0) - expected[key]
    return after.failed.get(key, 0) <= left and key not in after.unknown


def _paths(candidate: Candidate) -> Iterator[str]:
    yield from dict.fromkeys(map(file_of, candidate.changes))


def _contents(files: Mapping[str, SourceFile] | Files, candidates: Iterable[Candidate | Offer]) -> dict[str, bytes]:
    """The new contents of files. Raises `NotFixableError` when the syntax of a file does not let dyncheck make a change."""
    from dyncheck.fix.json_layout import UnwritableError

    changes: dict[str, dict[Change, None]] = {}
    for candidate in candidates:
        for change in candidate.changes:
            changes.setdefault(file_of(change), {})[change] = None
    try:
        return {path: changed(files[path], list(of_file)) for path, of_file in changes.items()}
    except (UnwritableError, SyntaxFault) as error:
        raise NotFixableError(f"dyncheck cannot write the edit: {error}.") from None


def _refuse_invalid(source: SourceFile, data: bytes) -> None:
    """Raise `NotFixableError` when a content is not as `terraform fmt` has it although the file was."""
    after = SourceFile(source.path, data)
    if not source.is_json and is_aligned(source) and not is_aligned(after):
        raise NotFixableError("dyncheck cannot write the edit as `terraform fmt` has it.")
