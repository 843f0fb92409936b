"""All targets."""

from __future__ import annotations

from fuzz import additions, documents, language, laws, strategies, written
from fuzz.mutation import any_bytes, json_with, tokens_with
from fuzz.target import Target

_OPERATORS = """
    ( ) [ ] { } => = : , . ... ? ! - + * / % == != <= && || " $${ %%{ ${ %{ ~} for in if else endif endfor null true false
"""
_WORDS = """
    var.map var.secret local.x each.key count.index path.module terraform.workspace self 0 -1 1e400 1e999999999 0.1 <<E <<-E /* */
    //  "a" é \\ dynamic content for_each count lifecycle precondition validation sensitive nullable optional(string) any module
    source "./" provider
"""
_ATTRIBUTES = """
    name billing_mode hash_key range_key read_capacity write_capacity attribute type global_secondary_index local_secondary_index
    server_side_encryption enabled point_in_time_recovery ttl attribute_name tags tags_all metric_name namespace dimensions
    threshold period  statistic alarm_actions after before after_unknown after_sensitive actions create delete no-op update forget
    read mode managed data deposed  references constant_value aws_dynamodb_table aws_cloudwatch_metric_alarm address index
    module_address previous_address replace_paths errored  complete projection_type
"""
_OF_LANGUAGE = tokens_with(
    [word.encode() for word in (*_OPERATORS.split(), *_WORDS.split(), *strategies.FUNCTIONS.split(), "\n", "E\n", "# x\n", "\u0301")]
)
_OF_PLANS = json_with(_ATTRIBUTES.split())
_OF_TREES = json_with(texts=_OF_LANGUAGE)
_YAML = """
    { } [ ] &a *a !!binary !!set ? 2026-01-01 null <<: ' " # table: match: primary_key: hash: until: rules:
"""
_OF_YAML = tokens_with([word.encode() for word in (*_YAML.split(), "- ", ": ", "\n  ", "|\n", "\t", "é", "---\n")])
_WAIVERS = """dyncheck: ignore [ ] , until= 2026-12-31 owner= checkov:skip= trivy:ignore: :exp: unencrypted-table"""
_OF_COMMENTS = tokens_with([word.encode() for word in (*_WAIVERS.split(), "\u2028")])
_OF_METRIC_MATH = tokens_with([word.encode() for word in ("SUM", "(", ")", "[", "]", "reads", "+", "METRICS()", "0", "FILL")])


def _files() -> tuple[bytes, ...]:
    """The files of random configurations."""
    return tuple(text for seed in documents.trees()[::9] for text in (documents.files_of(seed) or {}).values())


TARGETS = (
    Target("body", language.body, _files, _OF_LANGUAGE, strategies.bodies),
    Target("json-body", language.json_body, language.json_seeds, json_with(), strategies.json_documents),
    Target("expression", language.expression, language.seeds, _OF_LANGUAGE, strategies.expressions),
    Target("template", language.template, language.template_seeds, _OF_LANGUAGE),
    Target("round-trips", language.round_trips, language.literal_seeds, _OF_LANGUAGE, strategies.expressions),
    Target("number", language.number, language.number_seeds, any_bytes, strategies.numbers),
    Target("pattern", language.pattern, language.pattern_seeds, any_bytes, strategies.patterns),
    Target("glob", language.glob, language.glob_seeds, any_bytes),
    Target("strict-json", written.strict_json, written.json_texts, json_with(), strategies.json_documents),
    Target("waiver", written.waiver, written.waivers, _OF_COMMENTS, strategies.comments),
    Target("contract", written.contract, written.contracts, _OF_YAML),
    Target("configuration", written.configuration, written.configurations, _OF_YAML),
    Target("baseline", written.baseline, written.baselines, json_with()),
    Target("metric-math", written.metric_math, written.expressions, _OF_METRIC_MATH),
    Target("document", documents.document, documents.documents, _OF_PLANS, strategies.json_documents),
    Target("plan", documents.plan, documents.plans, _OF_PLANS),
    Target("state", documents.plan, documents.states, _OF_PLANS),
    Target("tree", documents.tree, documents.trees, _OF_TREES, strategies.trees),
    Target("report", documents.report, documents.reports, json_with(), strategies.reports),
    Target("proofs", documents.proofs, documents.modules, _OF_LANGUAGE),
    Target("selftest", documents.selftest, documents.plans, _OF_PLANS),
    Target("plan-order", laws.plan_order, documents.plans, _OF_PLANS),
    Target("plan-unrelated", laws.plan_unrelated, documents.plans, _OF_PLANS),
    Target("plan-unknown", laws.plan_unknown, documents.plans, _OF_PLANS),
    Target("tree-layout", laws.tree_layout, documents.trees, _OF_TREES, strategies.trees),
    Target("tree-unrelated", laws.tree_unrelated, documents.trees, _OF_TREES, strategies.trees),
    Target("tree-additions", additions.tree_additions, additions.seeds, _OF_TREES, strategies.trees),
)


def named(name: str) -> Target:
    """The target of that name. Raises `LookupError` if it does not exist."""
    for target in TARGETS:
        if target.name == name:
            return target
    raise LookupError(f"there is no target {name}; there are {', '.join(target.name for target in TARGETS)}")
