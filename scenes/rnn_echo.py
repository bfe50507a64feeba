"""A loop remembers: a recurrent net says again what it heard three steps before."""

from functools import partial

from _rnn_echo import answer, bits_heard, flipped, points
from _rnn_echo_rows import Rows, moved
from manim import FadeIn, FadeOut, Group, ValueTracker, linear, smooth

from epochreel import Clip, Pace, Reading, beat, hero, varying
from epochreel.diagrams import Edge, delay, module, variable
from epochreel.runs.functions import Function
from trainers.rnn_echo import LAGS

FLIPPED = 7  # the bit that is another
SHOWN = (1, 2, 3, 4)


def step(t):
    """The nodes of a net at a time."""
    return {
        f"x{t}": variable(f"x_{t}", observed=True),
        f"f{t}": module("f"),
        f"y{t}": variable(f"tilde(y)_{t}"),
    }


class RnnEcho(Clip):
    """A net whose state comes back to it says each bit that it hears again, three steps later.

    Unrolled in time it is one net again and again, and its state is a column of four colours for
    each bit. Before training it guesses; then what was heard is in the colours of four columns, and
    no longer. Eight such nets learn eight lags, the shorter the sooner; four units come to hold
    four bits, and what is older blurs. After the lectures of Alfredo Canziani and Yann LeCun.
    """

    title = "A loop remembers"
    trainer = "rnn_echo"
    layout = hero(second=True, aside=0.8).with_shares({"second": 1.7})
    figure = ("hero",)

    def measure(self):
        c = self.config
        self.x, self.last, self.lag = bits_heard(c), c.epochs, c.lag
        self.h, self.said = self.recorded("h"), self.recorded("said")
        last = self.recorded("rates")(self.last)
        self.results = {
            f"Bits said right {lag} steps later": f"{last[LAGS.index(lag)]:.0%}" for lag in LAGS
        }

    def loop(self, place):
        """The net and what comes back to it, in a slot."""
        edges = [Edge("f1 -> delay", label="bold(h)"), "delay -> f1"]
        return self.diagram(place, step(1) | {"delay": delay()}, ["x1 -> f1 -> y1", *edges])

    @beat("A loop")
    def show(self):
        net = self.loop("hero")
        self.open(net)
        self.say("A net whose state $bold(h)$ comes back to it, a step later.")
        nodes = {name: node for t in SHOWN for name, node in step(t).items()}
        edges = [Edge(f"f{t} -> f{t + 1}", label=f"bold(h)_{t}") for t in SHOWN[:-1]]
        for t in SHOWN:
            edges += [Edge(f"{line}", beside=True) for line in (f"x{t} -> f{t}", f"f{t} -> y{t}")]
        box = self.slot("hero")
        if self.aspect != "16:9":  # what stands below comes later
            box = box.around(self.slot("second"))
        self.net = self.diagram(box, nodes, edges)
        told = "Unrolled in time, it is one net again and again."
        self.say(told, *net.into(self.net), run_time=2.8)
        self.remove(*net)
        self.add(self.net)

    @beat("An echo")
    def ask(self):
        rows = self.rows = Rows(self, "hero", len(self.x), self.lag)
        bits = Group(rows.name("x", "x"), rows.bits("x", self.x, "x"))
        net = self.loop("second")
        self.say("Bits come in.", *self.net.into(net), FadeIn(bits), run_time=2)
        self.remove(*self.net)
        self.add(net)
        self.net = net
        share = ValueTracker(0)
        places = varying(partial(moved, self.x, self.lag), share)
        y = rows.bits("y", self.x[: -self.lag], "y", places=places)
        self.add(y)
        told = "Each is to be said again, three steps later."
        name = FadeIn(rows.name("y", "y"))
        self.say(told, share.animate(rate_func=smooth).set_value(1), name, run_time=2.8)

    def read(self):
        """The epoch, the error, and how many bits are said right, for one lag so far."""
        self.rates = Function(points, self.recorded("rates"))
        self.graph_of_rates = self.graph(
            "second", x=(LAGS[0], LAGS[-1]), y=(0.5, 1), y_marks={0.5: '50 "%"', 1: '100 "%"'},
            x_marks={1: "1", 2: "2", 3: "3", 4: "4", 6: '"steps later"', 8: "8"},
        )  # fmt: skip
        panel, one = self.graph_of_rates.panel, LAGS.index(self.lag)
        place = {"towards": (-1, 0), "size": "label"}
        name = panel.words([[LAGS[-1], 0.98]], ['"said right"'], "axis", **place)
        self.graph_of_rates.add(name, panel.probe(self.rates[one : one + 1], "ytilde"))
        return self.readings(Reading("loss", "error")), self.graph_of_rates

    @beat("Before training")
    def guess(self):
        rows, at = self.rows, ValueTracker(0)
        names = rows.name("h", "bold(h)"), rows.name("said", "tilde(y)")
        self.drawn = Group(rows.states(self.h), rows.answers(self.said))
        curtain = rows.hidden(at)
        self.add(self.drawn, curtain)
        told = "Untrained, the state hardly changes, and what is said is a guess."
        self.say(told, *self.swap(self.net, Group(*self.read())), *map(FadeIn, names))
        self.play(at.animate(rate_func=linear).set_value(len(self.x)), run_time=4)
        self.remove(curtain)

    @beat("It learns")
    def learn(self):
        self.say("It hears more and more bits, and learns …")
        self.train(self.last, 7, pace=Pace(speed_up=3))
        self.say("… until it says each bit again.")

    @beat("One bit is another", optional=True)
    def flip(self):
        rows, share = self.rows, ValueTracker(0)
        now = varying(partial(flipped, self.x, FLIPPED), share)
        states, said = answer(self.run, self.last, self.lag, now)
        wanted = rows.bits("y", now[: -self.lag], "y", start=self.lag)
        heard = rows.bits("x", now, "x")
        other = Group(heard, rows.states(states), rows.answers(said), wanted)
        frame = rows.frame(FLIPPED)
        self.add(other)
        self.say("Where is a bit kept? Let one be another.", FadeIn(frame))
        self.play(share.animate(rate_func=smooth).set_value(1), run_time=1.2)
        self.say("Four columns keep it, and the last one says it.")
        for to in (0, 1):
            self.play(share.animate(rate_func=smooth).set_value(to), run_time=1.2)
        self.let_read()
        self.play(share.animate(rate_func=smooth).set_value(0), FadeOut(frame), run_time=1.2)
        self.remove(other)

    @beat("Longer lags")
    def compare(self):
        panel = self.graph_of_rates.panel
        others = panel.curve(self.rates, "ytilde"), panel.probe(self.rates, "ytilde")
        back = self.epoch.animate.set_value(0)
        self.say(f"Eight nets, for lags of 1 to {LAGS[-1]}.", back, *map(FadeIn, others))
        self.train(self.last, 7, pace=Pace(speed_up=8))
        self.say("The shorter the lag, the sooner it is learnt.")
        self.say("Four units hold four bits; what is older blurs.")
