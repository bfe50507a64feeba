"""Learn the world, then learn to act in it: a truck backs to a dock through a dream of it."""

from functools import partial

from _truck_backer_upper import AHEAD, Backing, at, percent, until
from _truck_drawn import LAYOUT, LIMITS, Trucks, dock, ended, points, world
from manim import FadeIn, FadeOut, Group, ValueTracker, linear

from epochreel import Clip, Counter, Pace, Reading, beat, varying
from epochreel.diagrams import Edge, cost, module, variable
from trainers._truck import STEPS
from trainers.truck_backer_upper import TRIED

EARLY = 2  # lessons after which it is looked at
STATE, EMULATOR = variable("bold(x)_t", observed=True), module("f")


class TruckBackerUpper(Clip):
    """A truck with a trailer learns to back to a dock, in a world that a net dreams.

    What is not steered well folds up. A first net, the emulator, learns from random steps what
    comes next; through it, what a drive costs has slopes, along which a second net, the controller,
    learns to steer. From lesson to lesson more trucks arrive that it never saw. After Nguyen and
    Widrow, and the lectures of Alfredo Canziani and Yann LeCun.
    """

    title = "Learn the world, then learn to act in it"
    trainer = "truck_backer_upper"
    layout = LAYOUT
    figure = ("road",)

    def measure(self):
        c = self.config
        self.backing, self.moment = Backing(self.recording), ValueTracker(0)
        self.success = self.recorded("success")
        self.early = c.emulated + EARLY * (c.epochs - c.emulated) // c.lessons
        times = {"untrained": 0, f"after {EARLY} lessons": self.early, "in the end": c.epochs}
        self.results = {f"Arrive, {when}": percent(self.success(at)) for when, at in times.items()}
        self.results["Jackknifed, untrained"] = percent(self.recorded("jackknifed")(0))

    def drive(self, to, run_time):
        """Drive for so many steps."""
        self.play(self.moment.animate(rate_func=linear).set_value(to), run_time=run_time)

    @beat("Jackknifed")
    def show(self):
        road = self.road = self.panel("road", **LIMITS, cross=False)
        states = self.backing.untaught
        self.truck = Trucks(road, None, partial(at, states), self.moment)
        self.beside = self.slot("net").around(self.slot("count")).around(self.slot("error"))
        self.told = world(self, self.beside)
        self.open(road, dock(road), self.truck, self.told)
        self.say("A truck with a trailer backs to a dock. It can only steer.")
        self.drive(states.shape[1] - 1, 2.4)
        self.say("Unskilled, it folds up: it is jackknifed.")

    @beat("An emulator")
    def dream(self):
        road, backing = self.road, self.backing
        nodes = {"x": STATE, "u": variable("phi_t", observed=True), "f": EMULATOR}
        nodes["next"] = variable("tilde(bold(x))_(t+1)")
        net = self.diagram("net", nodes, ["x -> f -> next", Edge("u -> f", beside=True)])
        now = self.moment = ValueTracker(0)
        true, clocks = backing.true, (self.epoch, now)
        trucks = Trucks(road, "muted", partial(at, true), now)
        change = FadeOut(self.truck), FadeIn(trucks), *self.swap(self.told, net)
        self.say("A first net, the emulator $f$, learns what comes next.", *change, run_time=1.2)
        paths = varying(lambda epoch, t: until(backing.dreamt(epoch), t), *clocks)
        dreams = Group(
            Trucks(road, "ytilde", lambda epoch, t: at(backing.dreamt(epoch), t), *clocks),
            road.curve(varying(partial(until, true), now), "muted"),
            road.curve(paths, "ytilde"),
        )
        strip = Reading("error", "error", percent=True, until=self.config.emulated)
        self.strip = strip.strip(self.slot("error"), self.run, self.epoch, self.style)
        self.count = self.counter("epoch", slot="count", digits=2)
        self.dreams, new = Group(trucks, dreams), map(FadeIn, (dreams, self.strip, self.count))
        self.say("Grey is true; violet is what it dreams, untrained.", *new)
        self.drive(AHEAD, 2)
        self.say("It learns from random steps …")
        self.train(self.config.emulated, 5, pace=Pace(speed_up=4))
        self.say("… until its dream is true.")
        self.told = net

    def counter(self, word, slot, **options):
        """What follows the epoch, with its name."""
        name = self.text(word, "label", colour=self.style.chrome.muted)
        return self.formulas(name, Counter(self.epoch, self.style, **options), slot=slot, gap=0.2)

    @beat("Through it, a controller")
    def connect(self):
        nodes = {"x": STATE, "g": module("g"), "u": variable("phi_t")}
        road, states = self.road, self.backing.imagined()
        lines = "x -> g -> u -> f -> C", "x -> f"
        net = self.diagram(self.beside, nodes | {"f": EMULATOR, "C": cost("C")}, lines)
        steps = states.shape[1] - 1
        now = self.moment = ValueTracker(0)  # the trucks that leave stay where they are
        path = road.curve(states[:, :, 3:5], "ytilde")
        truck = Trucks(road, "ytilde", partial(at, states), now)
        changes = FadeOut(self.dreams, self.strip, self.count), FadeIn(path), FadeIn(truck)
        self.say("A second net, the controller $g$, steers in the dream.", *changes)
        self.play(*self.told.into(net), run_time=1.6)
        self.remove(*self.told)
        self.add(net)
        self.drive(steps, 2)
        end, back = states[:, -1, 3:5], ValueTracker(0)
        off = road.segments(end, 0 * end, "E", width="arrow")
        self.say("How far off it ends is a cost …", FadeIn(off))
        pulse = varying(lambda gone: at(states, steps - gone)[:, 3:5], back)
        pulse = road.scatter(pulse, "green", size=1.8 * self.style.size.marker, rank="names")
        self.say("… whose slopes come back through the emulator.", FadeIn(pulse))
        flow = net.flow("C", "f", "u", "g", backward=True)
        self.play(flow, back.animate(rate_func=linear).set_value(steps), run_time=3)
        self.told, self.dreams = net, Group(off, path, truck, pulse)

    @beat("Lessons")
    def teach(self):
        road, backing, c = self.road, self.backing, self.config
        now = self.moment = ValueTracker(0)
        drives = varying(backing.drives, self.epoch)
        hues = varying(lambda epoch: ended(road.style, backing.drives(epoch)), self.epoch)
        paths = road.curve(drives[:, :, 3:5], hues, opacity=0.6)
        trucks = Trucks(road, None, backing.states, self.epoch, now, fill=0)
        graph = self.graph(
            "net", x=(0, c.lessons), y=(0, 1), y_marks={0: "0", 1: '100 "%"'},
            x_marks={0: "0", EARLY: f"{EARLY}", 4: '"lessons"', c.lessons: f"{c.lessons}"},
        )  # fmt: skip
        done = varying(partial(points, self.run.scalar("success"), c), self.epoch)
        graph.add(graph.panel.curve(done, "y", width="arrow"), graph.panel.probe(done[-1:], "y"))
        number = {"value": 100 * self.success, "digits": 3, "suffix": " %"}
        box = self.slot("count").around(self.slot("error"))
        shown = Group(graph, self.counter("arrive", slot=box, **number))
        starts = Trucks(road, "muted", lambda epoch: backing.states(epoch, 0), self.epoch, fill=0)
        told = "Lessons: first near and straight, then far and turned."
        changes = FadeOut(self.dreams), *map(FadeIn, (paths, trucks, starts))
        self.say(told, *changes, *self.swap(self.told, shown), run_time=1.2)
        self.train(self.early, 3)

    @beat("Some arrive", optional=True)
    def look(self):
        self.say(f"After {EARLY} lessons {percent(self.success(self.early))} of far trucks arrive.")
        self.drive(STEPS, 4)

    @beat("To the dock")
    def arrive(self):
        last = self.config.epochs
        self.say("The lessons go on.", self.moment.animate.set_value(0))
        self.train(last, 4)
        self.say(f"In the end {percent(self.success(last))} arrive, of {TRIED} that it never saw.")
        self.drive(STEPS, 5)
