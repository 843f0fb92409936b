"""Table is destroyed.

Why: the table loses all its items. A check of the end state does not find this, because the new, empty table complies.
Fix: create a second table and copy the items, write a `moved` block where only the address changed, or lock the table. To allow
an intended destruction, use `--allow-destroy ADDRESS`.
    lifecycle {
      prevent_destroy = true
    }
"""

from dyncheck.dynamodb import TableChange
from dyncheck.rule import Problems, error, rule, warning

LOCK = "lifecycle {\n  prevent_destroy = true\n}"

OTHER_INSTANCE = "To keep the table, restore its instance, or write a moved block to its new address"
WAYS_OUT = {
    "delete_because_count_index": OTHER_INSTANCE,
    "delete_because_each_key": OTHER_INSTANCE,
    "delete_because_no_move_target": "To keep the table, correct the moved block: its target must exist",
    "delete_because_no_resource_config": "To keep the table outside Terraform, write a removed block with destroy = false",
    "delete_because_wrong_repetition": OTHER_INSTANCE,
    "replace_by_request": "To keep the table, plan without -replace",
    "replace_by_triggers": "To keep the table, remove the changing reference from its replace_triggered_by",
}


@rule(TableChange, severity=error, fix="none")
def check(change: TableChange) -> Problems:
    if change.is_outside:
        yield change.problem(f"{change.shown} was deleted outside Terraform since the last apply, with all its items")
    elif change.forgets:
        yield change.problem(_forgotten(change), severity=warning)
    elif change.destroys:
        yield change.problem(_destroyed(change), at=_argument(change), fix=change.moved_block or LOCK)


def _forgotten(change: TableChange) -> str:
    return (
        f"{change.shown} is removed from the Terraform state: the table and its items stay, but later plans and checks do not see them. "
        "Manage the table elsewhere, or keep its block in the configuration"
    )


def _destroyed(change: TableChange) -> str:
    because = f", because {change.because}" if change.because else "; the plan gives no reason"
    everywhere = " in all its regions" if change.has_replicas else ""
    happens = f"{change.shown} is destroyed with all its items{everywhere}{_aftermath(change)}{because}"
    return ". ".join((happens, _safeguards(change), _way_out(change)))


def _aftermath(change: TableChange) -> str:
    elsewhere = change.created_elsewhere
    if change.after:
        return " and recreated"
    return f", and {elsewhere.address} is created under the same name" if elsewhere else ""


def _safeguards(change: TableChange) -> str:
    if not change.change.before:
        return "The plan does not say whether deletion protection and point-in-time recovery are on"
    protection = (
        "Deletion protection is on, so DynamoDB refuses and the apply stops halfway"
        if change.before.deletion_protection
        else "Deletion protection is off, so nothing stops the apply"
    )
    recovery = (
        "point-in-time recovery is on, so a backup stays for 35 days"
        if change.before.point_in_time_recovery
        else "point-in-time recovery is off, so no backup stays"
    )
    return f"{protection}; {recovery}"


def _way_out(change: TableChange) -> str:
    reason = change.change.reason
    if change.change.deposed:
        return "To keep the items, copy them to another table before the apply"
    if change.created_elsewhere:
        return "If only the address changed, apply the fix: with the moved block, Terraform keeps the table"
    if change.change.forced_by:
        return "To keep the items, create the new table under another name, copy the items, and remove this table last"
    if change.change.is_of_destroy_plan:
        return "To keep the table, do not apply this plan"
    if reason == "replace_because_tainted":
        return f"To keep the table, run terraform untaint '{change.address}'"
    return WAYS_OUT.get(reason, "To keep the table, restore its configuration")


def _argument(change: TableChange) -> str:
    if change.change.deposed:
        return "deposed"
    return change.change.forced_by[0].partition("[")[0] if change.change.forced_by else ""
