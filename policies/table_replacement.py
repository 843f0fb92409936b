"""The plan destroys an existing table.

Why: all its items go with it. Terraform asks nobody but the one who applies, and every check of the end state is green, for the
new, empty table complies.
Fix: make the change beside the table and copy the items, say `moved` where only the address changed, or lock the table. Destruction
that is meant is allowed by address: `--allow-destroy ADDRESS`.
    lifecycle {
      prevent_destroy = true
    }
"""

from dyncheck.dynamodb import TableChange
from dyncheck.rule import Problems, error, rule, warning

LOCK = "lifecycle {\n  prevent_destroy = true\n}"

OTHER_INSTANCE = "To keep the table, leave it its instance, or lead a moved block from there to its new address"
WAYS_OUT = {
    "delete_because_count_index": OTHER_INSTANCE,
    "delete_because_each_key": OTHER_INSTANCE,
    "delete_because_no_move_target": "To keep the table, let the moved block lead to a block that exists",
    "delete_because_no_resource_config": "To keep the table without Terraform, write a removed block with destroy = false",
    "delete_because_wrong_repetition": OTHER_INSTANCE,
    "replace_by_request": "To keep the table, plan without -replace",
    "replace_by_triggers": "To keep the table, take what changes out of its replace_triggered_by",
}


@rule(TableChange, severity=error)
def check(change: TableChange) -> Problems:
    if change.forgets:
        yield change.problem(_forgotten(change), severity=warning)
    elif change.destroys:
        yield change.problem(_destroyed(change), at=_argument(change), fix=change.moved_block or LOCK)


def _forgotten(change: TableChange) -> str:
    return (
        f"Terraform stops managing {change.shown}: the table and its items stay, but no plan and no check sees them any more. "
        "Have something else manage it, or leave its block in the configuration"
    )


def _destroyed(change: TableChange) -> str:
    because = f", because {change.because}" if change.because else "; the plan does not say why"
    happens = f"{change.shown} is destroyed with every item in it{_aftermath(change)}{because}"
    return ". ".join((happens, _safeguards(change), _way_out(change)))


def _aftermath(change: TableChange) -> str:
    elsewhere = change.created_elsewhere
    if change.after:
        return " and created anew without them"
    return f", and {elsewhere.address} is created under the same name without them" if elsewhere else ""


def _safeguards(change: TableChange) -> str:
    if not change.change.before:
        return "Whether deletion protection and point-in-time recovery are on, the plan does not say"
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
        return "To keep the items, copy them out of it before the apply"
    if change.created_elsewhere:
        return "If only its address changed, the fix says so to Terraform, and the table stays"
    if change.change.forced_by:
        return "To keep the items, create the new table beside this one, copy them over, and remove this one last"
    if change.change.is_of_destroy_plan:
        return "To keep the table, do not apply this plan"
    if reason == "replace_because_tainted":
        return f"To keep the table, run terraform untaint '{change.address}'"
    return WAYS_OUT.get(reason, "To keep the table, leave it in the configuration as it was")


def _argument(change: TableChange) -> str:
    if change.change.deposed:
        return "deposed"
    return change.change.forced_by[0].partition("[")[0] if change.change.forced_by else ""
