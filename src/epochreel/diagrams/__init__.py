"""Nets as diagrams of shapes."""
