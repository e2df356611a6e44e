"""What every endpoint's input shares."""

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

LARGEST_ID = 2**63 - 1  # PostgreSQL's bigint


class StrictInput(serializers.Serializer):
    """An input that refuses fields it does not know: a misspelt field must not quietly do nothing."""

    @classmethod
    def read(cls, request: Request) -> dict[str, Any]:
        """What a request's body says, or 400."""
        body = cls(data=request.data)
        body.is_valid(raise_exception=True)
        return dict(body.validated_data)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) or hasattr(data, "keys"):
            unknown = sorted(set(map(str, data.keys())) - set(self.fields))
            if unknown:
                known = "、".join(self.fields) or "无"
                message = f"不认识的字段，可用字段：{known}。"
                raise serializers.ValidationError(
                    {
                        name[:100]: [serializers.ErrorDetail(message, code="unknown_field")]
                        for name in unknown[:20]
                    }
                )
        return super().to_internal_value(data)


def number(value: Decimal | str | float | None) -> int | float | None:
    """A quantity as JSON's number: 800, not "800.0000"."""
    if value is None:
        return None
    value = Decimal(value)
    return int(value) if value == value.to_integral_value() else float(value)


@extend_schema_field({"type": "number"})
class QuantityField(serializers.DecimalField):
    """A quantity: read as a decimal of at most 16 + 4 digits, written as a number."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_digits": 20, "decimal_places": 4, **kwargs})

    def to_representation(self, value: Decimal) -> int | float | None:
        return number(value)
