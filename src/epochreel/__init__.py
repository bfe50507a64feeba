"""Film networks while they train.

The public names stand in `__init__.pyi` and are loaded on first use: importing the package brings
in neither torch nor Manim.
"""

import sys

import lazy_loader

from epochreel.files import ROOT

# Scenes import the project's trainers by name, from whatever folder they are started.
if (ROOT / "trainers").is_dir() and str(ROOT) not in sys.path:
    sys.path.append(str(ROOT))

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
