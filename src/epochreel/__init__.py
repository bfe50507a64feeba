"""Film networks while they train.

The public names stand in `__init__.pyi` and are loaded on first use: importing the package brings
in neither torch nor Manim.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
