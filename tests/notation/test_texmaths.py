"""Typst's notation becomes LaTeX's, and symbols keep their colours."""

import pytest

from epochreel.look.style import load
from epochreel.notation.texmaths import maths_to_tex, words_to_tex

STYLE = load("dark")


@pytest.mark.parametrize(
    ("typst", "tex"),
    [
        ("h_1", "h_{1}"),
        ("cal(H)", r"\mathcal{H}"),
        ("bold(y)'", r"\bm{y}'"),
        ("hat(bold(y))", r"\hat{\bm{y}}"),
        ("caron(z)", r"\check{z}"),
        ("F_oo", r"F_{\infty}"),
        ("F_beta (0, y_2)", r"F_{\beta}  (0 ,  y_{2})"),
        ("norm(nabla C) = 1", r"\lVert \nabla  C\rVert  =  1"),
        ("e^(- beta E)", r"e^{-  \beta  E}"),
        ("(2 pi) / 5", r"(2  \pi)  /  5"),
        ("theta.alt", r"\vartheta"),
        ("log sum_j exp s_j", r"\log  \sum_{j}  \exp  s_{j}"),
        ('"pull" 0.05', r"\text{pull}\   0.05"),
        ("1/beta", r"1 / \beta"),
        ("= thin ( thin", r"\;{=} \, ( \,"),
        ("frac(1, 2)", r"\frac{1}{2}"),
    ],
)
def test_an_equation(typst, tex) -> None:
    assert maths_to_tex(typst).split() == tex.split()


def test_symbols_wear_their_colours() -> None:
    assert maths_to_tex("h_1", STYLE) == rf"{{\color{{{STYLE.role('h')}}}h_{{1}}}}"
    assert maths_to_tex("tilde(bold(y))", STYLE, lambda _: "ink") == r"{\color{ink}\tilde{\bm{y}}}"
    assert maths_to_tex("F_oo", STYLE, lambda c: "cold" if c == STYLE.role("F_inf") else "?") == (
        r"{\color{cold}F_{\infty}}"
    )
    # k is an index as well: bold alone it is a key.
    assert maths_to_tex("s_k", STYLE) == "s_{k}"


def test_running_text() -> None:
    assert words_to_tex("noise + 5 % & $beta = oo$") == (r"noise + 5 \% \& $\beta = \infty$")
    assert words_to_tex("−1.87") == "$-$1.87"


def test_code_wears_its_colours() -> None:
    names = {"loss": STYLE.role("loss"), "dot": STYLE.code["Operator"], "ink": STYLE.chrome.maths}
    named = {colour: name for name, colour in names.items()}
    assert words_to_tex("see `loss.step`", STYLE, named.__getitem__) == (
        r"see \texttt{{\color{loss}loss}{\color{dot}.}{\color{ink}step}}"
    )


def test_code_keeps_its_spaces_and_signs() -> None:
    assert words_to_tex("`a_b = {}  # --$` of $h$") == (r"\texttt{a\_b~=~\{\}~~\#~{-}{-}\$} of $h$")
    assert words_to_tex(r"`'~\^'`") == (
        r"\texttt{\textquotesingle{}\textasciitilde{}\textbackslash{}\^{}\textquotesingle{}}"
    )
