"""The edits that correct the findings of a report, each verified before it is offered.

An edit is made in memory, and every root module that uses its file is checked again. It is offered only if the finding is gone, and nothing
else is new, unknown or refused anywhere. What a finding hid may show up: a less severe finding on the same resource, such as the key of a
table that is encrypted now, and what the same rule cannot determine there, which it does not report beside a finding.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from dyncheck.catalog.rules import all_rules
from dyncheck.checking.run import trees_of
from dyncheck.checking.settings import Settings
from dyncheck.files import is_repository
from dyncheck.findings import Report, Result, Status
from dyncheck.fix.alignment import is_aligned
from dyncheck.fix.changes import Change, file_of
from dyncheck.fix.changes import settings as settings_of
from dyncheck.fix.layout import changed
from dyncheck.fix.printed import NotFixableError
from dyncheck.fix.proposals import proposals
from dyncheck.fix.sources import SourceFile
from dyncheck.fix.spots import Files
from dyncheck.fix.targets import Key, Outcome, Target, Targets, key_of, top_of
from dyncheck.readers.hcl.configuration.files import is_inside
from dyncheck.readers.hcl.language.syntax import SyntaxFault
from dyncheck.readers.hcl.trees import Trees
from dyncheck.rule import Fix, Rule

_STAYS = "With the edit, dyncheck still reports the finding."
_CONFLICT = "Two findings want different values at this place."

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


class Candidate(Struct):
    """Findings of one place with the ways to correct them, the first that was not tried yet in front."""

    results: list[Result]
    kind: Fix
    ways: list[tuple[Change, ...]]
    extensions: int = 0

    @property
    def changes(self) -> tuple[Change, ...]:
        return self.ways[0]


def verified_edits(
    report: Report,
    paths: Sequence[str],
    settings: Settings,
    *,
    unsafe: bool = False,
    rules: Sequence[str] = (),
    chosen: Callable[[Result], bool] = lambda _: True,
    trees: Trees | None = None,
) -> Fixes:
    """The edits for the findings of a report of a run with these paths and settings; with `unsafe` also those that need a decision.

    `rules` are the ids of the rules whose findings are corrected, empty for all, and of these only the `chosen` ones. `trees` has the
    modules as they were read for the report.
    """
    kinds = _Kinds(settings)
    failed = [each for each in report.results if each.status is Status.FAIL and (not rules or each.rule in rules) and chosen(each)]
    targets = Targets(report, paths, settings, trees or trees_of(settings))
    return _Verifier(targets, Files(trees.modules.overlay if trees else {}), kinds, unsafe=unsafe, rules=rules).fixes(failed)


class _Kinds:
    """The kinds of the fixes of findings, as their rules declare them."""

    def __init__(self, settings: Settings) -> None:
        self._rules: dict[str, Rule] = {rule.id: rule for rule in (*all_rules(), *settings.own_rules)}

    def of(self, result: Result) -> Fix:
        rule = self._rules.get(result.rule)
        return rule.fix_at(result.attribute) if rule else "none"


class _Verifier:
    def __init__(self, targets: Targets, files: Files, kinds: _Kinds, *, unsafe: bool, rules: Sequence[str]) -> None:
        self._kinds = kinds
        self._files = files
        self._targets = targets
        self._unsafe = unsafe
        self._rules = rules
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
        refused = tuple(self._refusals)
        self._settle_uncovered()
        refusals = tuple(each for each in refused if not all(map(self._is_corrected, each.results)))
        accepted = self._accepted
        offers = tuple(Offer(tuple(each.results), each.kind, each.changes) for each in accepted)
        contents = _contents(self._files, accepted)
        files = tuple(Content(path, self._files[path].data, after) for path, after in sorted(contents.items()))
        return Fixes(offers, tuple(filter(self._is_corrected, failed)), refusals, () if self._unsafe else left, files)

    def _settle_uncovered(self) -> None:
        """Correct what the edits uncovered, and what has an edit now because of them, so that there is nothing to do the second time."""
        refused = [result for refusal in self._refusals for result in refusal.results]
        tried: set[tuple[Target, Key]] = set()
        number = 0
        while len(self._accepted) > number:
            number = len(self._accepted)
            new = [(target, key) for target in self._latest for key in self._uncovered(target) if (target, key) not in tried]
            tried.update(new)
            self._settle_all(self._candidates((self._latest[target].results[key] for target, key in new), are_uncovered=True))
            self._settle_all(self._candidates(each for each in refused if not self._is_corrected(each)))

    def _uncovered(self, target: Target) -> list[Key]:
        """The findings of a target that were not there before, and whose edits may be made."""
        before, latest = self._targets.before(target), self._latest[target]
        return [
            key
            for key in latest.failed
            if key not in before.failed
            and key not in before.waived
            and self._kinds.of(latest.results[key]) in ("safe", *(["unsafe"] if self._unsafe else []))
            and (not self._rules or latest.results[key].rule in self._rules)
            and self._target(latest.results[key]) == target
        ]

    @property
    def _made(self) -> tuple[Change, ...]:
        """All accepted changes."""
        return tuple(change for each in self._accepted for change in each.changes)

    def _is_corrected(self, result: Result) -> bool:
        """Whether a finding is gone with the accepted edits."""
        target = self._target(result)
        latest = self._latest.get(target) if target else None
        return latest is not None and key_of(result) not in latest.failed and key_of(result) not in latest.unknown

    def _candidates(self, failed: Iterable[Result], *, are_uncovered: bool = False) -> list[Candidate]:
        """The findings with edits, those with the same edits together. What edits uncovered is not in the files as they are."""
        found: dict[tuple[tuple[Change, ...], ...], Candidate] = {}
        for result in failed:
            kind = self._kinds.of(result)
            try:
                if kind == "none":
                    raise NotFixableError("An edit cannot correct this: read what the rule says about it.")
                ways = proposals(self._as_now(result), self._files, was_edited=are_uncovered, made=self._made)
                for path in {file_of(change) for way in ways for change in way}:
                    self._refuse_elsewhere(path)
                if not are_uncovered:
                    self._refuse_unseen(result)
            except NotFixableError as reason:
                self._refusals.append(Refusal((result,), str(reason)))
                continue
            found.setdefault(ways, Candidate([], kind, list(ways))).results.append(result)
        return list(found.values())

    def _as_now(self, result: Result) -> Result:
        """A finding with the fix that it has with the accepted edits, which may refer to what they add."""
        target = self._target(result)
        now = self._latest[target].results.get(key_of(result)) if target in self._latest else None
        return replace(result, fix=now.fix, nearest=now.nearest) if now else result

    def _refuse_elsewhere(self, path: str) -> None:
        """Raise `NotFixableError` for a file that dyncheck must not change."""
        real = os.path.realpath(path)
        if os.path.islink(path):
            raise NotFixableError(f"{path} is a link. Correct the file that it leads to.")
        if not any(is_inside(real, top) for top in self._targets.tops):
            raise NotFixableError(f"{path} is outside of the repository or directory that is checked.")
        if self._targets.is_linked(path):
            raise NotFixableError(f"A link leads out of the working directory to {path}. Name the directory that it leads to.")
        own = top_of(os.path.dirname(real))
        if is_repository(own) and own not in self._targets.tops:
            raise NotFixableError(f"{path} belongs to another repository. Run `dyncheck fix` in that one.")
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
        left = candidates
        while conflicting := _conflicting(left):
            movable = [each for each in conflicting if len(each.ways) > 1]
            for candidate in movable[1:] or movable:
                candidate.ways.pop(0)
            if not movable:
                inputs = {(result.input, result.environment) for each in conflicting for result in each.results}
                for candidate in conflicting:
                    self._refuse(candidate, f"Two {'root modules' if len(inputs) > 1 else 'findings'} want different values at this place.")
                left = [each for each in left if each not in conflicting]
        return left

    def _settle_all(self, candidates: list[Candidate]) -> None:
        """Accept the candidates that can be made together, and refuse the others. Most often that needs one check."""
        candidates = self._without_conflicts(candidates)
        groups = self._connected(candidates)
        problems = self._problems(candidates) if len(groups) > 1 else _Problems()
        for group in groups:
            targets = self._using(group)
            if len(groups) > 1 and problems.concern.isdisjoint(targets):
                self._accept(group, {target: problems.outcomes[target] for target in targets})
            else:
                self._settle(group)

    def _accept(self, group: list[Candidate], outcomes: Mapping[Target, Outcome]) -> None:
        self._accepted += group
        self._latest.update(outcomes)

    def _settle(self, group: list[Candidate]) -> None:
        if not group:
            return
        problems = self._problems(group)
        if not problems:
            self._accept(group, problems.outcomes)
            return
        suspects = [each for each in group if id(each) in problems.suspects]
        staying = [each for each in group if id(each) in problems.staying]
        if len(group) == 1:
            if self._has_other_way(group[0], problems):
                self._settle(group)
            else:
                self._refuse(group[0], problems.reason)
        elif staying and not problems.is_invalid:
            # What all edits together do not correct, one of them alone does not correct either.
            self._settle([each for each in group if id(each) not in problems.staying])
            self._settle([each for each in staying if self._has_other_way(each, problems) or self._refuse(each, _STAYS)])
        elif 0 < len(suspects) < len(group):
            # They need not keep the others waiting.
            self._settle([each for each in group if id(each) not in problems.suspects])
            for candidate in suspects:
                self._settle([candidate])
        else:
            half = len(group) // 2
            self._settle(group[:half])
            self._settle(group[half:])

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
                found += proposals(result, self._files, was_edited=True, made=(*self._made, *candidate.changes))[0]
            except NotFixableError:
                return
            if kind == "unsafe":
                candidate.kind = kind
        yield from found

    def _connected(self, candidates: list[Candidate]) -> list[list[Candidate]]:
        """The candidates in groups: those of one group concern a common root module, directly or through others."""
        number_of: dict[Target, int] = {}
        groups: dict[int, tuple[list[int], set[Target]]] = {}
        for number, candidate in enumerate(candidates):
            targets = set(self._using([candidate]))
            joined = {number_of[target] for target in targets if target in number_of}
            largest = max(joined, key=lambda each: len(groups[each][0]), default=number)
            members, known = groups.setdefault(largest, ([], set()))
            members.append(number)
            for other in joined - {largest}:
                more, around = groups.pop(other)
                members += more
                targets |= around
            known |= targets
            number_of.update(dict.fromkeys(targets, largest))
        return [[candidates[number] for number in sorted(members)] for members, _ in groups.values()]

    def _using(self, candidates: Iterable[Candidate]) -> list[Target]:
        """The targets to check, those of the findings included."""
        found: dict[Target, None] = {}
        for candidate in candidates:
            for result in candidate.results:
                if target := self._target(result):
                    found[target] = None
            for path in _paths(candidate):
                found.update(dict.fromkeys(self._targets.using(path)))
        return list(found)

    def _problems(self, group: list[Candidate]) -> _Problems:
        """What is wrong with the edits of a group, made together with those that are accepted."""
        problems = _Problems()
        targets = self._using(group)
        others = (each for each in self._accepted if not set(targets).isdisjoint(self._using([each])))
        made = [*others, *group]
        try:
            contents = _contents(self._files, made)
            for path, data in contents.items():
                _refuse_invalid(self._files[path], data)
        except NotFixableError as reason:
            problems.add(str(reason), *targets)
            return problems
        overlay = {os.path.realpath(path): data for path, data in contents.items()}
        corrected: dict[Target, list[tuple[Candidate, Result]]] = {}
        for candidate in made:
            for result in candidate.results:
                if target := self._target(result):
                    corrected.setdefault(target, []).append((candidate, result))
        for target, after in zip(targets, self._targets.after(overlay, targets), strict=True):
            before = self._targets.before(target)
            hidden = _Hidden(before, after, partial(self._targets.passed, target))
            problems.new_in(target, before, after, hidden)
            problems.left_in(target, before, after, corrected.get(target, []))
        return problems

    def _refuse(self, candidate: Candidate, reason: str) -> bool:
        """Keep why there is no edit. Returns False."""
        self._refusals.append(Refusal(tuple(candidate.results), reason))
        return False


class _Problems:
    """What is wrong with edits: the first reason, and what it concerns."""

    def __init__(self) -> None:
        self.reason = ""
        self.concern: set[Target] = set()
        self.outcomes: dict[Target, Outcome] = {}
        # The ids of the candidates whose findings stay, and of all that may be the cause of something.
        self.staying: set[int] = set()
        self.suspects: set[int] = set()
        # The new findings; and the addresses of what is new in a target.
        self.new: list[Result] = []
        self._addresses: dict[Target, set[str]] = {}
        # Whether a target cannot be checked, so that it is unknown which findings stay.
        self.is_invalid = False

    def __bool__(self) -> bool:
        return bool(self.reason)

    def add(self, reason: str, *targets: Target) -> None:
        self.reason = self.reason or reason
        self.concern.update(targets)

    def left_in(self, target: Target, before: Outcome, after: Outcome, corrected: Sequence[tuple[Candidate, Result]]) -> None:
        """Add the candidates whose findings are still there, and those that may be the cause of something new."""
        expected = Counter(key_of(result) for _, result in corrected)
        for candidate, result in corrected:
            if not _is_gone(result, before, after, expected):
                self.add(_STAYS, target)
                self.staying.add(id(candidate))
                self.suspects.add(id(candidate))
            if result.address in self._addresses[target]:
                self.suspects.add(id(candidate))

    def new_in(self, target: Target, before: Outcome, after: Outcome, hidden: _Hidden) -> None:
        """Add the first error, finding or unknown that a target did not have before."""
        self.outcomes[target] = after
        if first := next(iter(before.errors.values()), ""):
            self.is_invalid = True
            self.add(f"{target.name} is invalid, so dyncheck cannot verify the edit there: {first}", target)
        error = next((error for error in after.errors if error not in before.errors), None)
        if error:
            self.is_invalid = True
            self.add(f"With the edit, {target.name} would be invalid: {after.errors[error]}", target)
        addresses = self._addresses[target] = set()
        for key, number in after.failed.items():
            result = after.results[key]
            if number > before.failed.get(key, 0) + before.waived.get(key, 0) and not hidden.failure(result):
                self.add(_new("would fail", result, target), target)
                self.new.append(result)
                addresses.add(result.address)
        for key, number in after.unknown.items():
            result = after.results[key]
            if number > before.unknown.get(key, 0) + before.waived.get(key, 0) and not hidden.unknown(result):
                self.add(_new("would be unknown", result, target), target)
                addresses.add(result.address)


class _Hidden:
    """What findings may have hidden that are gone now. `passed` says whether a rule certainly had no finding on an address."""

    def __init__(self, before: Outcome, after: Outcome, passed: Callable[[str, str], bool]) -> None:
        self._passed = passed
        self._ranks: dict[str, int] = {}
        self._rules: set[tuple[str, str]] = set()
        for result in (before.results[key] for key in before.failed if key not in after.failed):
            self._ranks[result.address] = min(result.severity.rank, self._ranks.get(result.address, result.severity.rank))
            self._rules.add((result.rule, result.address))

    def failure(self, result: Result) -> bool:
        is_less_severe = result.severity.rank > self._ranks.get(result.address, result.severity.rank)
        # A value that was right before is wrong now. A new index that has no alarm yet is another case.
        is_worse = bool(result.found) and is_less_severe and self._passed(result.rule, result.address)
        return is_less_severe and not is_worse

    def unknown(self, result: Result) -> bool:
        return (result.rule, result.address) in self._rules


def _new(verdict: str, result: Result, target: Target) -> str:
    return f"With the edit, {result.rule} {verdict} on {result.address} in {target.name}: {result.message}."


def _is_gone(result: Result, before: Outcome, after: Outcome, expected: Counter[Key]) -> bool:
    """Whether a finding is gone. Of several with one key, as many as have an edit."""
    key = key_of(result)
    left = max(0, before.failed.get(key, 0) - expected[key])
    return after.failed.get(key, 0) <= left and key not in after.unknown


def _paths(candidate: Candidate) -> Iterator[str]:
    yield from dict.fromkeys(map(file_of, candidate.changes))


def _conflicting(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates that set something to another value than another one does."""
    values: dict[object, dict[str, list[Candidate]]] = {}
    for candidate in candidates:
        for change in candidate.changes:
            for key, value in settings_of(change):
                values.setdefault(key, {}).setdefault(value, []).append(candidate)
    found = {id(each) for by_value in values.values() if len(by_value) > 1 for group in by_value.values() for each in group}
    return [each for each in candidates if id(each) in found]


def _contents(files: Files, candidates: Iterable[Candidate]) -> dict[str, bytes]:
    """The new contents of files. Raises `NotFixableError` when the syntax of a file does not let dyncheck make a change."""
    from dyncheck.fix.sources import UnwritableError

    changes: dict[str, dict[Change, None]] = {}
    if _conflicting(candidates := list(candidates)):
        raise NotFixableError(_CONFLICT)
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
