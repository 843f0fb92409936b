"""The language itself: bytes -> syntax tree -> values. Knows neither Terraform's blocks nor AWS."""
