"""The command `dyncheck fleet`: its help, its errors, and what it leaves alone."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import pyarrow
import pytest
from pyarrow import parquet

from dyncheck.cli.fleet import fleet
from dyncheck.errors import UsageError
from dyncheck.fleet.progress import duration, line
from dyncheck.fleet.rows import READ, Row, Writer, as_rows, as_table, opened, read_rows
from dyncheck.fleet.sources import documents, shown
from tests.conftest import Dyncheck
from tests.fleet.test_fleet import NOW
from tests.support.paths import INPUTS

OTHER = "Choose another file for --output."
TABLE = (INPUTS / "one_table.json").read_bytes()


def write(directory: Path, **files: bytes) -> None:
    """Write files; `__` in a name stands for a slash."""
    for name, data in files.items():
        path = directory / name.replace("__", "/")
        path = path.with_name(path.name.replace("_json", ".json").replace("_tfstate", ".tfstate"))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["nothing"], 3, "nothing cannot be read: No such file or directory."),
        (["empty"], 3, "empty has no document: no plan, state or capture is there."),
        (["*.tfplan"], 3, "*.tfplan has no document: no plan, state or capture is there."),
        (["s4://bucket/x"], 2, "s4://bucket/x has the scheme 's4', which fsspec does not know. Use one such as s3, gs or az."),
        (
            ["gs://user:secret@bucket/x"],
            2,
            "gs://bucket/x cannot be opened, because a package is not installed. Please install gcsfs to access Google Storage.",
        ),
        (["plan.json", "--since", "plan.json"], 2, "plan.json is not a Parquet file. Name a file that `dyncheck fleet` wrote."),
        (["plan.json", "--since", "no"], 2, "no cannot be read: No such file or directory. Name a file that `dyncheck fleet` wrote."),
        (["plan.json", "-o", "plan.json"], 2, f"plan.json is an input, and dyncheck never overwrites inputs. {OTHER}"),
        (["plan.json", "-o", "link"], 2, f"link is a link, and dyncheck writes only a regular file there. {OTHER}"),
        (["plan.json", "--workers", "2", "--scheduler", "tcp://localhost:1"], 2,
            "--workers cannot be combined with --scheduler, whose cluster has its own. Remove one of them. See `dyncheck fleet --help`."),
        (["plan.json", "--select", "no-such-rule"], 2, "There is no rule 'no-such-rule'. `dyncheck rules` lists them all."),
    ],
)  # fmt: skip
def test_what_the_command_refuses(arguments: list[str], code: int, message: str, dyncheck: Dyncheck, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "plan.json").write_bytes(TABLE)
    (tmp_path / "link").symlink_to("plan.json")
    before = sorted(path.name for path in tmp_path.iterdir())
    done = dyncheck("fleet", *arguments, *(() if "-o" in arguments else ("-o", "results.parquet")))
    assert (done.stdout, done.stderr.decode(), done.returncode) == (b"", f"dyncheck: {message}\n", code)
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_the_help_fits_a_terminal_of_80_columns(dyncheck: Dyncheck) -> None:
    done = dyncheck("fleet", "--help", COLUMNS="80")
    assert done.returncode == 0
    assert [text for text in done.stdout.decode().splitlines() if len(text) > 80] == []
    assert done.stdout.decode().startswith("Usage: dyncheck fleet [OPTIONS] SOURCE...\n")


def test_the_command_needs_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(*_: object) -> int:
        raise ModuleNotFoundError("No module named 'distributed'", name="distributed")

    monkeypatch.setattr("dyncheck.cli.fleet._checked", absent)
    with pytest.raises(UsageError) as error:
        fleet.main(["x", "-o", "y"], standalone_mode=False)
    assert str(error.value) == ('This command needs Dask, fsspec and PyArrow. Install them with `pip install "dyncheck[fleet]"`.')


def test_documents_are_found_in_directories_and_by_patterns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, a__plan_json=b"", a__b__terraform_tfstate=b"", a__main__txt=b"")
    for other in (".terraform/terraform.tfstate", "a/x.tfvars.json", "a/x.tf.json", "a/terraform.tfstate.backup", "a/.hidden.json"):
        (tmp_path / other).parent.mkdir(exist_ok=True)
        (tmp_path / other).touch()
    both = ["a/b/terraform.tfstate", "a/plan.json"]
    assert [(each.name, each.is_named) for each in documents(["a"])[0]] == [(name, False) for name in both]
    assert [each.name for each in documents(["."])[0]] == [f"./{name}" for name in both]
    assert [(each.name, each.is_named) for each in documents(["**/*.tfstate", "a/plan.json", "a/plan.json"])[0]] == [
        (name, True) for name in both
    ]
    assert [each.path for each in documents([f"file://{tmp_path}/a/plan.json"])[0]] == [str(tmp_path / "a" / "plan.json")]


def test_no_user_password_or_query_of_a_url_is_shown() -> None:
    assert shown("https://user:pass@example.com/plan.json?X-Amz-Signature=abc") == "https://example.com/plan.json"
    assert shown("s3://bucket/a b/plan.json") == "s3://bucket/a b/plan.json"
    assert shown(b"caf\xe9.json".decode("utf-8", "surrogateescape")) == "caf\\udce9.json"


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.4, "0 s"), (59, "59 s"), (61, "1 min"), (3540, "59 min"), (3600, "1 h 0 min"), (7500, "2 h 5 min")]
)
def test_durations_in_words(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_the_progress_has_the_rate_and_the_time_left() -> None:
    assert line(1_000, 10_000, 90.0) == "1,000 of 10,000 documents, 90 a second, 2 min left"
    assert line(0, 10_000, 0.0) == "0 of 10,000 documents"


def test_a_file_of_results_is_read_as_it_was_written(tmp_path: Path) -> None:
    rows = [Row("run", NOW, "a.json", "1", "key", READ, tables=2), Row("run", NOW, "a.json", "1", "key", "fail", rule="r", since=NOW)]
    path = str(tmp_path / "results.parquet")
    with Writer(path) as writer:
        writer.write(as_table(rows))
        writer.write(as_table([]))
        writer.finish()
    assert list(as_rows(read_rows(path))) == rows
    with opened(path) as file:
        assert all((field.metadata or {}).get(b"description") for field in file.schema_arrow)


def test_a_run_that_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "results.parquet"
    path.write_text("before")
    with suppress(KeyboardInterrupt), Writer(str(path)) as writer:
        writer.write(as_table([]))
        raise KeyboardInterrupt
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("results.parquet", "before")]


def test_a_file_of_another_format_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.parquet"
    parquet.write_table(pyarrow.table({"a": [1]}), path)
    with pytest.raises(UsageError) as error:
        read_rows(str(path))
    assert str(error.value) == f"{path} has no results of dyncheck. Name a file that `dyncheck fleet` of this version wrote."


def test_check_reads_a_state_file(dyncheck: Dyncheck, tmp_path: Path) -> None:
    states = INPUTS.parent / "readers" / "plan" / "states"
    (tmp_path / "terraform.tfstate").write_bytes((states / "version_1_11.raw.json").read_bytes())
    (tmp_path / "state.json").write_bytes((states / "version_1_11.shown.json").read_bytes())
    raw, made = (
        json.loads(dyncheck(name, "--format", "json").stdout.replace(name.encode(), b"name"))
        for name in ("terraform.tfstate", "state.json")
    )
    keys = ("rule", "status", "severity", "address", "message")
    assert [[each[key] for key in keys] for each in raw["results"]] == [[each[key] for key in keys] for each in made["results"]]
