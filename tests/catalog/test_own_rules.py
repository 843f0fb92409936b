"""Rules that are not shipped: found, loaded, and refused with what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

import dyncheck.rule
from dyncheck.catalog.own_rules import SUBJECTS, own_rules
from dyncheck.catalog.rules import all_rules, checkov_id
from dyncheck.checking.subjects import changed_subjects, subjects_of
from dyncheck.dynamodb import Changes, Inventory
from dyncheck.errors import UsageError
from dyncheck.rule import API_VERSION, Run, Severity

RULE = '''"""Table has a short name.

Why: nobody finds it.
Fix: give it a longer one.
"""

from dyncheck.dynamodb import Contract, Table
from dyncheck.rule import error, rule, warning


@rule(Table, severity=warning)
def check(table):
    yield table.problem("Table has a short name", at="name")
'''


def write(directory: Path, **files: str) -> Path:
    """A directory of rules of the team acme, with these files."""
    for stem, text in files.items():
        path = directory / "acme" / f"{stem}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return directory


def test_the_rules_of_a_directory_have_the_ids_of_their_files(tmp_path: Path) -> None:
    write(tmp_path, short_name=RULE, another=RULE, _shared="raise SystemExit('not imported')\n")
    (tmp_path / "README.md").touch()
    (tmp_path / "docs").mkdir()
    found = own_rules([tmp_path])
    assert [(rule.id, rule.team, rule.title, rule.severity) for rule in found] == [
        ("acme/another", "acme", "Table has a short name", Severity.WARNING),
        ("acme/short-name", "acme", "Table has a short name", Severity.WARNING),
    ]


def test_the_files_of_a_team_can_import_each_other(tmp_path: Path) -> None:
    title = RULE.replace("from dyncheck.rule", "from ._names import SEVERITY\nfrom dyncheck.rule").replace(
        "severity=warning", "severity=SEVERITY"
    )
    (found,) = own_rules([write(tmp_path, short_name=title, _names="from dyncheck.rule import note as SEVERITY\n")])
    assert found.severity is Severity.NOTE


def test_a_directory_that_is_named_twice_counts_once(tmp_path: Path) -> None:
    write(tmp_path, short_name=RULE)
    assert len(own_rules([tmp_path, f"{tmp_path}/../{tmp_path.name}"])) == 1


def test_an_id_of_checkov_cannot_be_that_of_another_rule() -> None:
    ids = [*(rule.id for rule in all_rules()), "no/throttle-alarm", "no-throttle/alarm", "acme/no-throttle-alarm"]
    assert checkov_id("no/throttle-alarm") == "DYN_NO__THROTTLE_ALARM"
    assert len({checkov_id(name) for name in ids}) == len(ids)


def test_every_subject_exists() -> None:
    nothing = Inventory(())
    every = {*subjects_of(nothing, ()), *changed_subjects(Changes((), nothing)), (Run,)}
    assert set(SUBJECTS) <= every


TAKES = "--rules takes a directory with a directory for each team, and in it a file for each rule: DIR/TEAM/NAME.py."
BROKEN = {
    "a syntax error": ({"bad": "def check(:\n"}, "{dir}/acme/bad.py:1 cannot be loaded: SyntaxError: invalid syntax. {hint}"),
    "an exception": ({"bad": '"""A."""\n\n1 / 0\n'}, "{dir}/acme/bad.py:3 cannot be loaded: ZeroDivisionError: division by zero. {hint}"),
    "an exit": ({"bad": "raise SystemExit(0)\n"}, "{dir}/acme/bad.py:1 cannot be loaded: SystemExit: 0. {hint}"),
    "an import that does not exist": (
        {"bad": "from dyncheck.rule import severe\n"},
        "{dir}/acme/bad.py:1 cannot be loaded: ImportError: cannot import name 'severe' from 'dyncheck.rule' ({rule}). {hint}",
    ),
    "no rule": ({"bad": '"""A."""\n'}, "{dir}/acme/bad.py has no rule; expected a function `check` below `@rule(Table, severity=error)`."),
    "a subject that cannot be hashed": (
        {"bad": RULE.replace("@rule(Table", "@rule([]").replace("error, ", "")},
        "{dir}/acme/bad.py is a rule on ([]), which does not exist; expected one of (Table), (Table, Contract), "
        "(Table, Contract | None), (Copy, Contract | None), (Alarm), (TableChange), (TableChange, Table), (CopyChange), (AlarmChange), "
        "(Run).",
    ),
    "no docstring": (
        {"bad": RULE[RULE.index("from") :]},
        "{dir}/acme/bad.py has no docstring; expected its first line to name the defect, then `Why:` and `Fix:`.",
    ),
    "a subject that does not exist": (
        {"bad": RULE.replace("@rule(Table", "@rule(str, int")},
        "{dir}/acme/bad.py is a rule on (str, int), which does not exist; expected one of (Table), (Table, Contract), "
        "(Table, Contract | None), (Copy, Contract | None), (Alarm), (TableChange), (TableChange, Table), (CopyChange), (AlarmChange), "
        "(Run).",
    ),
    "an argument too few": (
        {"bad": RULE.replace("@rule(Table", "@rule(Table, Contract")},
        "{dir}/acme/bad.py: check must take 2 arguments, one for each of (Table, Contract): too many positional arguments.",
    ),
    "a severity as text": (
        {"bad": RULE.replace("severity=warning", "severity='warning'")},
        "{dir}/acme/bad.py: severity is 'warning'; expected error, warning or note from dyncheck.rule.",
    ),
    "a framework that is no text": (
        {"bad": RULE.replace("severity=warning", "severity=warning, frameworks={'soc2': 1}")},
        '{dir}/acme/bad.py: frameworks is {{\'soc2\': 1}}; expected texts, such as {{"checkov": "CKV_AWS_28"}}.',
    ),
    "a name with capital letters": (
        {"Bad": RULE},
        "Invalid name of the rule {dir}/acme/Bad.py; expected small letters, digits, and underscores, such as no_stream.py.",
    ),
    "a newer API": (
        {"__init__": "DYNCHECK_API = 1000\n", "bad": RULE},
        f"The rules in {{dir}}/acme need version 1000 of the API, and this dyncheck has {API_VERSION}. Update dyncheck.",
    ),
    "no rule at all": ({}, f"{{dir}} contains no rule. {TAKES}"),
}
HINT = "Correct it; `dyncheck check` with -v shows the trace."


@pytest.mark.parametrize(("files", "message"), BROKEN.values(), ids=list(BROKEN))
def test_a_broken_rule_is_refused_in_one_sentence(files: dict[str, str], message: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        own_rules([write(tmp_path, **files)])
    assert str(refused.value) == message.format(dir=tmp_path, hint=HINT, rule=dyncheck.rule.__file__)
    assert ("Traceback" in refused.value.trace) == (HINT in str(refused.value))


def test_a_file_outside_of_a_team_is_refused(tmp_path: Path) -> None:
    (tmp_path / "short_name.py").write_text(RULE)
    with pytest.raises(UsageError) as refused:
        own_rules([tmp_path])
    assert str(refused.value) == f"{tmp_path}/short_name.py is in no directory of a team. Move it to {tmp_path}/TEAM/short_name.py."


@pytest.mark.parametrize(
    ("team", "why"),
    [
        ("acme_rules", "Invalid team 'acme_rules' of the rules in {}; expected small letters, digits, and dashes, such as acme."),
        ("missing-ttl", "The team 'missing-ttl' of the rules in {} has the id of a shipped rule. Give it another name."),
    ],
)
def test_a_team_whose_rules_could_be_mistaken_for_others_is_refused(team: str, why: str, tmp_path: Path) -> None:
    write(tmp_path, short_name=RULE)
    (tmp_path / "acme").rename(tmp_path / team)
    with pytest.raises(UsageError) as refused:
        own_rules([tmp_path])
    assert str(refused.value) == why.format(tmp_path / team)


def test_two_rules_with_one_id_are_refused(tmp_path: Path) -> None:
    one, other = write(tmp_path / "one", short_name=RULE), write(tmp_path / "other", short_name=RULE)
    with pytest.raises(UsageError) as refused:
        own_rules([one, other])
    paths = f"{one}/acme/short_name.py and {other}/acme/short_name.py"
    assert str(refused.value) == f"Two rules have the id acme/short-name: {paths}. Rename one of them."


# Installed packages.


def install(directory: Path, name: str, entry_points: str) -> None:
    """Metadata of a package as pip writes it."""
    metadata = directory / f"{name.replace('-', '_')}-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(entry_points)


def test_the_rules_of_an_installed_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    write(tmp_path, __init__="", short_name=RULE)
    (tmp_path / "acme").rename(tmp_path / "packaged_rules")
    install(tmp_path, "acme-dyncheck", "[dyncheck.rules]\nacme = packaged_rules\n")
    install(tmp_path, "other", "[console_scripts]\nother = other:main\n")
    assert [rule.id for rule in own_rules((), ["acme-dyncheck"])] == ["acme/short-name"]
    refused = {}
    for name in ("other", "absent", ""):
        with pytest.raises(UsageError) as why:
            own_rules((), [name])
        refused[name] = str(why.value)
    assert refused == {
        "other": "The package 'other' has no rules: it declares no entry point in the group 'dyncheck.rules'.",
        "absent": "The plug-in 'absent' is not installed. Install the package where dyncheck is installed.",
        "": "The plug-in '' is not installed. Install the package where dyncheck is installed.",
    }
