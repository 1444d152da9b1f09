"""Pure rules and values: the standard library only, no clock, no input or output."""
