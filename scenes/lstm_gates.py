"""Gates decide what is kept: a net that tells which two symbols it heard, and in which order."""

from _lstm_gates import answered, kept, right, told
from _lstm_gates_rows import Rows
from _lstm_gates_switches import dependencies, histograms
from manim import FadeIn, ValueTracker, smooth

from epochreel import Clip, Pace, Reading, beat, hero
from trainers.lstm_gates import strings

TRIED = 300  # strings that are told with gates held
HELD = {"trained": {}, "i open": {"opened": True}, "f closed": {"closed": True}}


class LstmGates(Clip):
    """A string of twenty symbols, in which only two count: X or Y, and later X or Y.

    A net of four units with gates says at the end which two they were. Untrained, it has forgotten
    the first long before. Trained, the gates that let in open for X and Y, and those that keep stay
    open for the rest, which its weights tell as well; with gates held open, or closed, the answer
    is lost. After the lectures of Alfredo Canziani and Yann LeCun.
    """

    title = "Gates decide what is kept"
    trainer = "lstm_gates"
    layout = hero(second=True, aside=0.62).with_shares({"second": 1.15})
    figure = ("hero",)

    def measure(self):
        c = self.config
        self.last, self.net = c.epochs, self.nets()
        self.x, self.places = told(c)
        self.first, self.second = ValueTracker(0), ValueTracker(0)
        self.opened, self.closed = ValueTracker(0), ValueTracker(0)
        net = self.run.parameters(self.last)
        x, y = (each.numpy() for each in strings(TRIED, c.seed + 4))
        self.rates = {
            name: f"{100 * right(net, x, y, **held):.0f} %" for name, held in HELD.items()
        }
        self.results = {f"Strings told, {name}": rate for name, rate in self.rates.items()}
        for epoch in (0, self.last):
            near, far = kept(self.run.parameters(epoch), self.x, self.places)
            self.results[f"What is left of the first symbol, epoch {epoch}"] = (
                f"{100 * far / near:.0f} %"
            )

    def draw(self):
        """The string, and what the net makes of it."""
        rows = Rows(self, "hero", self.x, self.places)
        turned, held = (self.first, self.second), (self.opened, self.closed)
        found = answered(self.net, self.x, self.places, turned, held)
        return rows.drawn(found, *turned).add(*rows.names())

    def turn(self, clock, to=1, *others):
        """Let a clock go somewhere while others play."""
        self.play(clock.animate(rate_func=smooth).set_value(to), *others, run_time=1.2)

    @beat("Two that count")
    def show(self):
        self.drawn = self.draw()
        self.open(self.drawn)
        readings = self.readings(Reading("loss", "error"))
        self.say("Of these symbols two count: X or Y, and X or Y.")
        self.turn(self.second, 1, FadeIn(readings))
        self.turn(self.first)
        rules = (
            "bold(c)_t = bold(f)_t ⊙ bold(c)_(t-1) + bold(i)_t ⊙ tilde(bold(c))_t",
            "bold(h)_t = bold(o)_t ⊙ tanh bold(c)_t",
        )
        self.rules = self.formulas(*rules, slot="second")
        self.say("At the end a net is to say which two.", FadeIn(self.rules))

    @beat("Before training")
    def forget(self):
        self.say("Gates $bold(i)$ let in; gates $bold(f)$ keep what is in memory, $bold(c)$.")
        self.say("Untrained, the first one is soon forgotten.")
        self.turn(self.first, 0)

    @beat("It learns")
    def learn(self):
        switches = histograms(self, self.slot("second"), self.recorded("sums"))
        told = "How open gates are: pink for X and Y."
        self.say(told, *self.swap(self.rules, switches), run_time=1.2)
        self.train(self.last, 7, pace=Pace(speed_up=6))
        self.say("Now X and Y open $bold(i)$, and $bold(f)$ stays open for the rest.")

    @beat("What it keeps")
    def keep(self):
        self.say("Another first symbol: now it is kept until the end.")
        self.turn(self.first)
        self.say("All four answers are right.")
        for clock, to in ((self.second, 0), (self.first, 0), (self.second, 1)):
            self.turn(clock, to)

    @beat("Weights", optional=True)
    def depend(self):
        weights = dependencies(self, "hero", self.net["symbols"], self.net["state"])
        back = self.epoch.animate(rate_func=smooth).set_value(0)
        told = "Weights, from what is heard to the gates:"
        self.say(told, *self.swap(self.drawn, weights), back, run_time=1.2)
        self.train(self.last, 4, pace=Pace(speed_up=2))
        self.say("Most from X and Y to $bold(i)$ turn blue: they open it.")
        self.let_read()
        self.play(*self.swap(weights, self.draw()), run_time=1.2)

    @beat("Held open, held closed")
    def hold(self):
        _, opened, closed = self.rates.values()
        self.say("Hold the gates $bold(i)$ open: the rest comes in too.")
        self.turn(self.opened)
        self.say(f"Of {TRIED} strings {opened} are told.")
        self.let_read()
        back = self.opened.animate(rate_func=smooth).set_value(0)
        self.say("Hold $bold(f)$ closed: nothing is kept.", back)
        self.turn(self.closed)
        self.say(f"Now {closed} are told: a guess.")
        self.let_read()
        self.say("Gates decide what is kept.", self.closed.animate(rate_func=smooth).set_value(0))
