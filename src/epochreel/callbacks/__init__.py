"""Recorders for the training loops of other libraries, which bring these along."""
