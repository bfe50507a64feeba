"""Video and picture files: probed, read and encoded."""
