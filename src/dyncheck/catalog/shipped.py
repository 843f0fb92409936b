"""The contracts of policies/tables. `make generate` writes this file."""

from dyncheck.dynamodb.contracts import AccessPattern, AlarmContract, Contract, IndexContract, Key, Match, PrimaryKey, TimeToLive
from dyncheck.item_schema import ItemAttribute

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
            "title": ItemAttribute(type="S", required=True, description="Product title"),
            "path": ItemAttribute(
                type="S",
                required=True,
                pattern="https://[^/]*s3[^/]*[.]amazonaws[.]com([.]cn)?/.+|s3://[^/]+/.+",
                description="S3 URL for product image",
            ),
            "description": ItemAttribute(type="S", description="Product description"),
            "price": ItemAttribute(type="N", description="Product price"),
            "category": ItemAttribute(type="S", description="Product category"),
            "created_at": ItemAttribute(type="S", required=True, format="timestamp"),
            "updated_at": ItemAttribute(type="S", required=True, format="timestamp"),
        },
        access=(
            AccessPattern(name="product by id", operation="GetItem", equal=("id",), attributes="ALL"),
            AccessPattern(
                name="products of a category by date", index="CategoryIndex", equal=("category",), order="created_at", attributes="ALL"
            ),
            AccessPattern(name="all products", operation="Scan"),
        ),
    ),
    Contract(
        table="sessions",
        description="User sessions, removed by time to live.",
        match=Match(resource="sessions", name="*-sessions"),
        name="*-sessions",
        primary_key=PrimaryKey(hash=Key(name="session_id", type="S")),
        time_to_live=TimeToLive(attribute="expires_at"),
        tags={"Name": "*", "Type": "DynamoDB"},
        item={
            "session_id": "S",
            "user_id": ItemAttribute(type="S", required=True),
            "data": ItemAttribute(type="S", required=True),
            "created_at": ItemAttribute(type="S", required=True, format="timestamp"),
            "expires_at": ItemAttribute(type="N", required=True, format="epoch-seconds"),
        },
        access=(AccessPattern(name="session by id", operation="GetItem", equal=("session_id",), attributes="ALL"),),
    ),
)
