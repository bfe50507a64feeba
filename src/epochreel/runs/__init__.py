"""Write a training as it goes, read it at any epoch: floor 0, no Manim."""
