import pytest

from epochreel.notation.plain import plain


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("Unwound.", "Unwound."),
        ("Spirals *turn* and _twist_.", "Spirals turn and twist."),
        ("the run of classifier_unwarp, 2 * 3", "the run of classifier_unwarp, 2 * 3"),
        ("99.6~% of the points", "99.6\u00a0% of the points"),
        ("(R²~=~0.975)", "(R²\u00a0=\u00a00.975)"),
        ("the critic's -- and others --- so ...", "the critic’s – and others — so …"),
        (r"a \$5 bill, \*starred\*", "a $5 bill, *starred*"),
        ("two\n  lines", "two lines"),
        (
            "`loss.backward()` and *then* `x_1 * -1 # 'a' $`",
            "loss.backward() and then x_1 * -1 # 'a' $",
        ),
        ("`a $` costs $x$ `b`", "a $ costs x b"),
        ("$bold(x)$ and $bold(W)$", "x and W"),
        ("$cal(L)$", "L"),
        ("$norm(bold(h)) = 0.39$.", "‖h‖ = 0.39."),
        ("$hat(bold(y)) = G(bold(z))$", "ŷ = G(z)"),
        ("$caron(z)$ and $check(z)$, $tilde(bold(y))$", "ž and ž, ỹ"),
        ("$bold(y)'$", "y′"),
        ("to $m~=~1$.", "to m = 1."),
        ("$-nabla C$", "−∇C"),
        ("$a - b + c$", "a − b + c"),
        ("$beta -> 0$", "β → 0"),
        ("$Theta lambda theta.alt$", "Θλθ"),
        ("$F_oo$, $F_beta$, $F_0$, $z_z$, $x_(i j)$", "F_∞, Fᵦ, F₀, z_z, xᵢⱼ"),
        ("$norm(bold(y))^2 +$~const.", "‖y‖² +\u00a0const."),
        ("$bold(y)^top bold(s)$", "yᵀs"),
        ("$e^(- beta E)$ and $2^(n + 1)$", "e^(−βE) and 2^(n + 1)"),
        ("$p(z|bold(y)') prop e^(- beta E)$", "p(z|y′) ∝ e^(−βE)"),
        (
            "#box[$F_beta = - 1 / beta log chevron.l e^(- beta E) chevron.r_z$].",
            "Fᵦ = −1/β log⟨e^(−βE)⟩_z.",
        ),
        (
            r'$partial cal(L) \/ partial bold(s) = op("softargmax")(bold(s)) - bold(y)$',
            "∂L/∂s = softargmax(s) − y",
        ),
        ("$F_oo (bold(y)') = min_z E(bold(y)', z)$", "F_∞(y′) = min_z E(y′, z)"),
        ("$g(z) = (2 cos z, 1.5 sin z)$", "g(z) = (2 cos z, 1.5 sin z)"),
        ("pairs $(bold(x), bold(y))$", "pairs (x, y)"),
        ("$sqrt(2) / sqrt(x + 1)$, $frac(a, f(b, c))$", "√2/√(x + 1), a/f(b, c)"),
        ('$"on average" > 2.5$', "on average > 2.5"),
        ("$theta.alt = (2 pi) / 5$", "θ = (2π)/5"),
        ("$ (unclosed $", "(unclosed)"),
    ],
)
def test_markup_as_plain_text(markup, text):
    assert plain(markup) == text
