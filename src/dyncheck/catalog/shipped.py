"""The contracts of policies/tables. `make generate` writes this file."""

from dyncheck.dynamodb.contracts import AlarmContract, Contract, IndexContract, Key, Match, PrimaryKey, TimeToLive

CONTRACTS = (
    Contract(
        table="products",
        description="Application data, one item per product.",
        match=Match(resource="products", name="*-products"),
        name="*-products",
        primary_key=PrimaryKey(hash=Key(name="id", type="N")),
        indexes={"CategoryIndex": IndexContract(hash=Key(name="category", type="S"), range=Key(name="created_at", type="S"))},
        tags={"Name": "*", "Type": "DynamoDB"},
        alarms=(
            AlarmContract(
                metric="ReadThrottleEvents", accepts=("ReadThrottledEvents",), statistic="Sum", treat_missing_data="notBreaching"
            ),
            AlarmContract(
                metric="WriteThrottleEvents", accepts=("WriteThrottledEvents",), statistic="Sum", treat_missing_data="notBreaching"
            ),
        ),
        item={
            "id": "N",
            "title": "S",
            "path": "S",
            "description": "S",
            "price": "N",
            "category": "S",
            "created_at": "S",
            "updated_at": "S",
        },
    ),
    Contract(
        table="sessions",
        description="User sessions, removed by time to live.",
        match=Match(resource="sessions", name="*-sessions"),
        name="*-sessions",
        primary_key=PrimaryKey(hash=Key(name="session_id", type="S")),
        time_to_live=TimeToLive(attribute="expires_at"),
        tags={"Name": "*", "Type": "DynamoDB"},
        item={"session_id": "S", "user_id": "S", "data": "S", "created_at": "S", "expires_at": "N"},
    ),
)
