"""Answers the page: checks its files by the library, and returns what it shows as JSON. Runs in the browser."""

from __future__ import annotations

import json
import os
import re
import shutil
from typing import Any

import dyncheck
from dyncheck import yaml_file
from dyncheck.settings.file import CONFIGURATION as KIND

VERSION = dyncheck.__version__
HOME = "/home/playground"
CONFIGURATION = ".dyncheck.yaml"

# A name as the page accepts it: a relative path without "..".
_NAME = re.compile(r"(?!.*(?:^|/)\.{1,2}(?:/|$))[\w.][\w. -]*(?:/[\w.][\w. -]*)*")
# What the page, which takes the drawings out of the report, would only refuse.
_STYLE_AND_SCRIPT = re.compile(r"<(style|script)>.*?</\1>|<meta http-equiv[^>]*>", re.DOTALL)
_TERRAFORM = (".tf", ".tofu", ".tf.json", ".tofu.json", ".tfvars", ".tfvars.json")


def answer(given: str) -> str:
    """The answer to files, a JSON object of names and texts: the report as JSON and HTML, or the problems."""
    files: dict[str, str] = json.loads(given)
    try:
        _write(files)
        return json.dumps(_checked(files))
    except dyncheck.InputError as error:
        return json.dumps({"problems": [_problem(each) for each in error.problems]})
    except dyncheck.DyncheckError as error:
        return json.dumps({"problems": [{"message": line} for line in str(error).splitlines()]})
    except RecursionError:
        return json.dumps({"problems": [{"message": "The files are nested too deeply for a browser. The command line can check them."}]})
    except Exception as error:
        message = f"dyncheck failed: {type(error).__name__}: {error}. This is a defect; the link to this example helps to correct it."
        return json.dumps({"problems": [{"message": message}]})


def _write(files: dict[str, str]) -> None:
    os.makedirs(HOME, exist_ok=True)
    os.chdir(HOME)
    for entry in os.scandir(HOME):
        shutil.rmtree(entry.path) if entry.is_dir(follow_symlinks=False) else os.unlink(entry.path)
    for name, text in files.items():
        if not _NAME.fullmatch(name):
            raise dyncheck.UsageError(f"{name!r} is not a name of a file.")
        os.makedirs(os.path.dirname(os.path.join(HOME, name)), exist_ok=True)
        with open(os.path.join(HOME, name), "w", encoding="utf-8", newline="") as file:
            file.write(text)


def _checked(files: dict[str, str]) -> dict[str, Any]:
    terraform = [name for name in files if name.endswith(_TERRAFORM)]
    contracts = [name for name in files if name.endswith((".yaml", ".yml")) and os.path.basename(name) != CONFIGURATION]
    # The Terraform files beside a plan are its sources.
    paths = [name for name, text in files.items() if _is_document(name, text, not terraform)] or ["."] * bool(terraform)
    if not paths:
        return {"empty": "Write a Terraform file, such as main.tf, or paste a plan or a state as plan.json."}
    config = CONFIGURATION if CONFIGURATION in files else None
    if config:
        _refuse_code(files[config])
    report = dyncheck.check(*paths, policies=() if config else contracts, config=config, allow_empty=True)
    shown = json.loads(dyncheck.render(report, "json"))
    if not any(each.get("tables") or each.get("alarms") for each in shown["inputs"]) and not shown["results"]:
        return {"empty": "There is no DynamoDB table and no alarm on one in these files."}
    return {"report": shown, "page": _STYLE_AND_SCRIPT.sub("", dyncheck.render(report, "html"))}


def _refuse_code(text: str) -> None:
    """Refuse a configuration that names rules or plugins: they are code, and the files may come from someone else's link."""
    configuration = yaml_file.read(text.encode(), KIND)[0]
    if configuration and (configuration.rules or configuration.plugins):
        raise dyncheck.UsageError(f"The playground runs no rules of your own. Remove `rules` and `plugins` from {CONFIGURATION}.")


def _is_document(name: str, text: str, is_alone: bool) -> bool:
    """Whether a file is a plan or a state, and no data that Terraform files read."""
    return name.endswith(".json") and not name.endswith(_TERRAFORM) and (is_alone or '"format_version"' in text)


def _problem(problem: dyncheck.InputProblem) -> dict[str, Any]:
    return {"message": problem.message, "file": problem.path, "line": problem.line}
