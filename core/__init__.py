"""The trade: knows no platform."""
