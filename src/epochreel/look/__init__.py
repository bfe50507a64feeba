"""How everything looks: the stylesheet, its formats, its colour maps."""
