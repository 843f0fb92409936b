"""The protections that a table loses by a change."""

from __future__ import annotations

import pytest

from dyncheck.dynamodb import Loss, Table, losses
from dyncheck.model import Unknown
from tests.dynamodb.reading import Arguments, block, inventory_of, table

LATER = "terraform_data.later.output"
KEY, OTHER_KEY = '"arn:aws:kms:us-east-1:123456789012:key/1"', '"arn:aws:kms:us-east-1:123456789012:key/2"'
ALIAS = '"arn:aws:kms:us-east-1:123456789012:alias/aws/dynamodb"'


def of(*blocks: str, **arguments: str | None) -> Table:
    """A table with these arguments and blocks."""
    named: Arguments = {"name": '"orders"'}
    later = 'resource "terraform_data" "later" {}\n'
    return table(inventory_of(later + block('resource "aws_dynamodb_table" "orders"', named | arguments, *blocks)))


def recovery(enabled: str = "true", days: str | None = None) -> str:
    """Point-in-time recovery."""
    return block("point_in_time_recovery", {"enabled": enabled, "recovery_period_in_days": days})


def encryption(key: str | None = None, enabled: str = "true") -> str:
    """Encryption with a key."""
    return block("server_side_encryption", {"enabled": enabled, "kms_key_arn": key})


def expiry(attribute: str | None = '"until"', enabled: str = "true") -> str:
    """Time to live."""
    return block("ttl", {"enabled": enabled, "attribute_name": attribute})


def lost(before: Table, after: Table, *, key_is_own: bool = True) -> list[Loss | str]:
    """The losses, and the reason if the list may be incomplete."""
    found: list[Loss | str] = []
    try:
        for loss in losses(before, after, key_is_own=key_is_own):
            found.append(loss)
    except Unknown as reason:
        found.append(f"unknown: {reason}")
    return found


def protection(how: str) -> Loss:
    """The loss of deletion protection."""
    return Loss(
        "deletion_protection_enabled",
        f"{how}, so the next plan or a click can delete the table",
        "deletion protection was switched off",
        "true",
        "deletion_protection_enabled = true",
    )


RECOVERY = Loss(
    "point_in_time_recovery.enabled",
    "Point-in-time recovery is switched off, so wrong writes and deletions cannot be undone",
    "point-in-time recovery was switched off",
    "true",
    "point_in_time_recovery {\n  enabled = true\n}",
)


def window(old: int, new: int) -> Loss:
    """The loss of days in the recovery period."""
    return Loss(
        "point_in_time_recovery.recovery_period_in_days",
        f"Recovery window shrinks from {old} to {new} days, so older states cannot be restored",
        f"the recovery window was shortened from {old} to {new} days",
        f"at least {old}",
        f"recovery_period_in_days = {old}",
    )


def unencrypted(was: str) -> Loss:
    """The loss of encryption with a KMS key."""
    return Loss(
        "server_side_encryption.enabled",
        f"Encryption changes from {was} to a key that AWS owns, which the account cannot control, audit or revoke",
        f"encryption with {was} was switched off",
        "true",
        "server_side_encryption {\n  enabled = true\n}",
    )


SERVICES_KEY = Loss(
    "server_side_encryption.kms_key_arn",
    f"Encryption changes from the KMS key {KEY} to the AWS managed key, whose policy cannot be changed",
    f"encryption with the KMS key {KEY} was switched off",
    KEY,
    f"kms_key_arn = {KEY}",
)
WHOSE_KEY = f"unknown: server_side_encryption.kms_key_arn was {KEY}; the plan does not show who manages that key"
NO_EXPIRY = Loss(
    "ttl.enabled",
    'Time to live is switched off, so items no longer expire by "until"',
    "time to live was switched off",
    "true",
    'ttl {\n  enabled        = true\n  attribute_name = "until"\n}',
)
OTHER_EXPIRY = Loss(
    "ttl.attribute_name",
    'Time to live uses another attribute, so items no longer expire by "until"',
    'time to live was moved from "until" to another attribute',
    '"until"',
    'attribute_name = "until"',
)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param(of(), of(), [], id="no protection"),
        pytest.param(
            of(),
            of(recovery(), encryption(KEY), expiry(), deletion_protection_enabled="true"),
            [],
            id="new protections",
        ),
        pytest.param(
            of(recovery(), encryption(KEY), expiry(), deletion_protection_enabled="true"),
            of(recovery(), encryption(KEY), expiry(), deletion_protection_enabled="true"),
            [],
            id="unchanged protections",
        ),
        pytest.param(
            of(recovery(), encryption(KEY), expiry(), deletion_protection_enabled="true"),
            of(),
            [
                protection("Without its line, deletion protection is off"),
                RECOVERY,
                unencrypted(f"the KMS key {KEY}"),
                NO_EXPIRY,
            ],
            id="all protections",
        ),
        pytest.param(
            of(deletion_protection_enabled="true"),
            of(deletion_protection_enabled="false"),
            [protection("Deletion protection is switched off")],
            id="disabled deletion protection",
        ),
        pytest.param(of(recovery()), of(recovery("false")), [RECOVERY], id="disabled recovery"),
        pytest.param(of(recovery(days="30")), of(recovery(days="7")), [window(30, 7)], id="fewer days of recovery"),
        pytest.param(of(recovery(days="30")), of(recovery("false", days="7")), [RECOVERY], id="disabled recovery and fewer days"),
        pytest.param(of(recovery(days="7")), of(recovery(days="30")), [], id="more days of recovery"),
        pytest.param(of(recovery(days="7")), of(recovery(days="7")), [], id="the same days of recovery"),
        pytest.param(of(recovery()), of(recovery(days="34")), [window(35, 34)], id="fewer days than the default"),
        pytest.param(of(recovery(days="35")), of(recovery()), [], id="the default number of days"),
        pytest.param(
            of(encryption()), of(encryption(enabled="false")), [unencrypted("a KMS key")], id="disabled encryption with the AWS managed key"
        ),
        pytest.param(of(encryption(KEY)), of(encryption(OTHER_KEY)), [], id="another key for a key"),
        pytest.param(of(encryption(KEY)), of(encryption()), [SERVICES_KEY], id="no key for a key"),
        pytest.param(of(encryption(KEY)), of(encryption('""')), [SERVICES_KEY], id="an empty key for a key"),
        pytest.param(of(encryption(KEY)), of(encryption(ALIAS)), [SERVICES_KEY], id="the alias of the AWS managed key for a key"),
        pytest.param(of(encryption(KEY)), of(encryption(LATER)), [], id="an unknown key for a key"),
        pytest.param(of(encryption(ALIAS)), of(encryption()), [], id="no key for the alias of the AWS managed key"),
        pytest.param(of(encryption()), of(encryption(KEY)), [], id="a key for no key"),
        pytest.param(of(expiry()), of(expiry(enabled="false")), [NO_EXPIRY], id="disabled expiry"),
        pytest.param(of(expiry()), of(expiry('"deleted_at"')), [OTHER_EXPIRY], id="expiry by another attribute"),
        pytest.param(of(expiry(enabled="false")), of(), [], id="expiry that was off before"),
        pytest.param(
            of(recovery(), expiry()),
            of(recovery(LATER), expiry(LATER)),
            [f"unknown: point_in_time_recovery.enabled waits for {LATER}"],
            id="the first of two unknowns",
        ),
        pytest.param(
            of(recovery(), expiry()),
            of(recovery(LATER)),
            [NO_EXPIRY, f"unknown: point_in_time_recovery.enabled waits for {LATER}"],
            id="expiry and an unknown",
        ),
    ],
)
def test_lost_protections(before: Table, after: Table, expected: list[Loss | str]) -> None:
    assert lost(before, after) == expected


def test_the_manager_of_the_old_key_is_unknown() -> None:
    assert lost(of(encryption(KEY)), of(encryption()), key_is_own=False) == [WHOSE_KEY]
    assert [*losses(of(encryption(ALIAS)), of(encryption()))] == []
    with pytest.raises(Unknown, match="the plan does not show who manages that key"):
        next(losses(of(encryption(KEY)), of(encryption())))
