"""Film networks while they train."""
