"""`maths-preamble.tex`: the stylesheet in both themes, and what figures are drawn with."""

from __future__ import annotations

from epochreel.look import colour_maps, formats
from epochreel.look.style import load

__all__ = ["NAME", "preamble"]

NAME = "maths-preamble.tex"

HEAD = r"""% The stylesheet for LaTeX in the theme of \booktheme, dark or (by default) print:
% colours `book-aqua`, symbols `\symx` and `\vecx`, and what figures are drawn with.
\usepackage{amsmath,amssymb,bm,xcolor,pgfplots}
\usetikzlibrary{arrows.meta}
\providecommand*\booktheme{print}
\newcommand*\bookdark{dark}
"""

FIGURES = r"""
% An axis that is nothing but a rectangle with data limits; whoever draws it clips to it, so that
% marks keep their order and what is beyond the limits is cut, not left out.
\pgfplotsset{
  book plane/.style={
    hide axis, scale only axis, clip=false, enlargelimits=false, anchor=south west,
    every axis plot/.append style={line cap=round, line join=round},
    unbounded coords=jump,
  },
  % Of a table, the rows whose column #1 is #2.
  book only/.style 2 args={
    x filter/.append code={%
      \edef\bookrow{\thisrow{#1}}\edef\bookwanted{#2}%
      \ifx\bookrow\bookwanted\else\def\pgfmathresult{nan}\fi
    },
  },
  % Points that may differ in size and colour, by the styles below.
  book scatter/.style={scatter, scatter src=x, scatter/use mapped color={}},
  % Points of the sizes in the column radius, #1 points each, and #2 more.
  book sizes/.style 2 args={
    visualization depends on=\thisrow{radius}\as\bookradius,
    scatter/@pre marker code/.append style={/tikz/mark size=\bookradius*#1pt+#2},
  },
  % Points and arrows in the colours of the columns red, green, blue and alpha.
  book channels/.style={
    visualization depends on=\thisrow{red}\as\bookred,
    visualization depends on=\thisrow{green}\as\bookgreen,
    visualization depends on=\thisrow{blue}\as\bookblue,
    visualization depends on=\thisrow{alpha}\as\bookalpha,
  },
  book painted points/.style={
    book channels,
    scatter/@pre marker code/.append code={%
      \pgfsetfillcolor{rgb,255:red,\bookred;green,\bookgreen;blue,\bookblue}%
    },
  },
  book painted arrows/.style={
    book channels,
    quiver/every arrow/.append style={
      color={rgb,255:red,\bookred;green,\bookgreen;blue,\bookblue}, opacity=\bookalpha/255,
    },
  },
  % Arrows with shafts #1 wide and heads #2 long and #3 wide, scaled by the column size; those
  % without length are left out.
  book arrows/.style n args={3}{
    quiver={
      u=\thisrow{u}, v=\thisrow{v},
      every arrow/.append style={
        line width=\booksize*#1, -{Triangle[length=\booksize*#2, width=\booksize*#3]},
      },
    },
    visualization depends on=\thisrow{size}\as\booksize,
    x filter/.append code={\ifdim\thisrow{size}pt=0pt \def\pgfmathresult{nan}\fi},
  },
}
% A disc without an outline.
\pgfdeclareplotmark{book disc}{\pgfpathcircle{\pgfpointorigin}{\pgfplotmarksize}\pgfusepathqfill}
\tikzset{
  book label/.style={
    anchor=base, inner sep=0pt, outer sep=0pt, font=\fontsize{#1}{#1}\selectfont,
  },
  % Text as an outline #2 wide in the colour #1: what sets a label off from what it lies on.
  book halo/.style 2 args={text=#1, execute at begin node=\bookoutline{#2}},
}
\makeatletter
\newcommand\bookoutline[1]{%
  \pgfmathsetlengthmacro\bookwidth{#1}\pgfsys@setlinewidth{\bookwidth}\pgfsys@roundjoin
  \pgfsys@invoke{2 Tr}%
}
\makeatother
"""


def preamble() -> str:
    """Return `maths-preamble.tex`."""
    dark, print_ = (formats.tex(load(theme)) for theme in ("dark", "print"))
    maps = "\n".join(_colour_map(name) for name in ("energy", "cold_warm"))
    themes = f"\\ifx\\booktheme\\bookdark\n{dark}\\else\n{print_}\\fi\n"
    return f"{HEAD}{themes}{FIGURES}{maps}\n"


def _colour_map(name: str) -> str:
    """A colour map by every fifth of its 256 colours: between them PGFPlots goes straight."""
    colours = colour_maps.colours(load("dark"), name)[::5, :3].tolist()
    stops = "\n".join(f"  rgb255=({red},{green},{blue})" for red, green, blue in colours)
    return f"\\pgfplotsset{{colormap={{book-{name.replace('_', '-')}}}{{\n{stops}\n}}}}"
