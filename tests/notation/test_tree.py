from epochreel.notation.tree import Attached, Call, Group, Sign, code, equations, read

X, SPACE = Sign("sign", "x"), Sign("space", " ")


def test_running_text_and_equations_take_turns():
    assert equations(r"a $x$ b \$5 $y$") == ["a ", "x", r" b \$5 ", "y", ""]
    assert equations("`$` $x$ `a$b$`") == ["`$` ", "x", " `a$b$`"]


def test_words_and_code_take_turns():
    assert code("see `f(x)`.") == ["see ", "f(x)", "."]


def test_signs_and_words():
    assert read('x "on average" 2.5') == (
        X, SPACE, Sign("string", "on average"), SPACE, Sign("number", "2.5"),
    )  # fmt: skip
    assert read(r"\/->oo") == (Sign("escaped", "/"), Sign("name", "->"), Sign("name", "oo"))


def test_what_is_attached_hangs_on_what_stands_right_before_it():
    index, power = Sign("sign", "i"), Sign("number", "2")
    assert read("x_i^2'") == (
        Attached(X, (("_", index, "i"), ("^", power, "2"), ("'", Sign("sign", "'"), ""))),
    )


def test_calls_have_arguments_and_other_brackets_are_groups():
    assert read("frac(x, f(x, x))") == (
        Call("frac", ((X,), (SPACE, *read("f(x, x)"))), "x, f(x, x)"),
    )
    assert read("f (x)") == (Sign("sign", "f"), SPACE, Group((X,), True))
    assert read("(x") == (Group((X,), False),)
    assert read("bold") == (Sign("name", "bold"),)


def test_an_index_that_is_missing_is_nothing():
    assert read("x_") == (Attached(X, (("_", Sign("space", ""), ""),)),)
