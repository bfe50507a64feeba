"""Clips: time, the camera, scenes, and how they are rendered."""
