"""What a teacher's link can hide of the Architecture page: `hide=` in the address lists names."""

from __future__ import annotations

HIDEABLE = {
    "network": "Network and depth",
    "layout": "Layout",
    "variant": "Variant",
    "input": "Input and classes",
    "numbers": "The numbers above the picture",
    "legend": "The picture's legend",
    "panels": "Everything below the picture",
    "block values": "The values in an open block",
}
