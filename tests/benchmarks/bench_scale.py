"""What it costs to share drawing out, and from that what many machines would make of the series.

Seconds are of processors, of all threads together, for the cores of one machine cannot show more
than there are.

    python -m tests.benchmarks.bench_scale
"""

import math
import resource
import statistics
import time
from collections import Counter
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from itertools import cycle, islice
from operator import pos
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

from manim import tempconfig

from epochreel import files
from epochreel.crew.crew import Raised
from epochreel.crew.local import Processes
from epochreel.errors import CrewError
from epochreel.film import rendering, requests, stretches
from epochreel.film.asking import ask
from epochreel.film.dealing import Dealing, Task
from epochreel.film.encoding import SegmentEncoder, join, note, to_video_frame
from epochreel.film.frames import Reel
from epochreel.film.production import SECONDS_PER_PIXEL, Footage, Observer, produce
from epochreel.film.requests import Request, draw, plan
from epochreel.panels.compositions import ASPECTS
from epochreel.runs import training
from tests.benchmarks.bench_render import Training, setting
from tests.benchmarks.simulation import Costs, Film, simulate

CLIPS = ("classifier_unwarp", "horn_training")  # whose production is timed, small
QUALITY = "low"
WORKERS = (1, 2, 4, 8)
STRETCHES = (1, 5, 20)
UNCUT = 10_000
NOTHING = 10_000  # tasks
SAMPLES, SAMPLE = 2, 30  # places in a clip where 4K is measured, and frames there: half a second
SERIES, CORES = 40, (16, 128, 1024)
THEMES = ("dark", "print")


class Long(Training):
    """The scene of the rendering's benchmark, forty seconds long."""

    frames = 40 * 30


@dataclass(frozen=True)
class Cost:
    """What a variant of a clip takes: frames of its segments, seconds and bytes of a frame."""

    segments: tuple[int, ...]
    ready: float
    frame: float
    size: float


@dataclass(frozen=True)
class Production:
    """Seconds of all workers and of the driver, and for what the latter took them, as `Costs`."""

    workers: float
    driver: float
    begin: float
    segment: float


def children():
    """Processor seconds of the processes that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def answers(requests, function):
    """What a function gives for each request, called in a process of its own."""
    with Processes(1) as crew:
        came = dict(ask(requests, crew, function))
    for outcome in came.values():
        if isinstance(outcome, Raised):
            raise outcome.error
    return [came[number].value for number in range(len(requests))]


def alone(request):
    """Seconds that drawing a variant takes, once it is ready and drawing is warm."""
    segments = plan(request).segments
    draw(request, segments[:1])
    started = time.process_time()
    draw(request, segments)
    return time.process_time() - started


def sampled(request):
    """The cost of a variant, from a few frames of some segments."""
    planned = plan(request)
    ready = requests._ready(request)
    long = [each for each in planned.segments if len(each.frames) > SAMPLE]
    chosen = [long[len(long) * (2 * place + 1) // (2 * SAMPLES)] for place in range(SAMPLES)]
    seconds = size = 0.0
    with TemporaryDirectory() as folder:
        target = Path(folder) / "sample"
        ready.draw(chosen[0].frames[:1], target)  # kernels and glyphs are loaded
        for segment in chosen:
            # What each beginning costs falls out.
            for sign, frames in ((-1, segment.frames[:1]), (1, segment.frames[: 1 + SAMPLE])):
                started = time.process_time()
                ready.draw(frames, target)
                seconds += sign * (time.process_time() - started)
                size += sign * target.stat().st_size
    drawn = SAMPLES * SAMPLE
    lengths = tuple(len(each.frames) for each in planned.segments)
    return Cost(lengths, planned.ready, seconds / drawn, size / drawn)


class Count(Observer):
    """How many segments there are; what fails ends the benchmark."""

    segments = 0

    def planned(self, request, planned, tasks):
        """Count the segments."""
        self.segments += len(planned.segments)

    def failed(self, request, error):
        """Raise what went wrong."""
        raise error


@contextmanager
def timed(spent, owner, name):
    """Add up under its name what a method takes."""
    method = getattr(owner, name)

    def wrapped(*arguments):
        started = time.process_time()
        try:
            return method(*arguments)
        finally:
            spent[name] += time.process_time() - started

    with mock.patch.object(owner, name, wrapped):
        yield


def produced(requests, count):
    """The production of requests by so many workers."""
    spent, counted = Counter(), Count()
    with ExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory())
        stack.enter_context(mock.patch.object(files, "ROOT", Path(folder)))
        for name in ("keep", "finish"):
            stack.enter_context(timed(spent, Footage, name))
        before, started = children(), time.process_time()
        with Processes(count) as crew:
            films = produce(requests, crew, observer=counted)
        driver = time.process_time() - started
        return Production(
            workers=children() - before,
            driver=driver,
            begin=(driver - sum(spent.values())) / len(films),
            segment=sum(spent.values()) / counted.segments,
        )


def wanted(names, quality, *themes):
    """Requests for clips of this project, wherever their films go."""
    made = [Request.of(n, quality=quality, theme=theme) for n in names for theme in themes]
    return [replace(request, scene=str(request.path)) for request in made]


def drawn(reel, frames, spec, target):
    """Draw a segment and return its path."""
    encoder = SegmentEncoder(target=target, spec=spec)
    for number in frames:
        encoder.write_frame(to_video_frame(reel.draw(number), spec.pixel_format))
    encoder.finish()
    return target


def joining():
    """Seconds a frame of joining a minute of segments of five seconds at 60 frames a second."""
    with TemporaryDirectory() as folder, setting(folder, "270p"):
        spec = Long(theme="dark").renderer.file_writer.video_encoder
        reel = Reel(Long, run=training.record(Long.trainer))
        segment = drawn(reel, range(300), spec, Path(folder) / "stretch.mp4")
        started = time.process_time()
        join(12 * [str(segment)], Path(folder) / "joined.mp4", spec.frame_rate)
        return (time.process_time() - started) / (12 * 300)


def cutting():
    """Bytes and seconds of one long play, cut at stretches of so many seconds, or in one piece."""
    with TemporaryDirectory() as folder, setting(folder, "270p"), tempconfig({"frame_rate": 30}):
        spec = Long(theme="dark").renderer.file_writer.video_encoder
        reel = Reel(Long, run=training.record(Long.trainer))
        (frames,) = reel.plays
        reel.draw(0)  # kernels and glyphs are loaded
        made = {}
        for length in (UNCUT, *STRETCHES):
            started, size = time.process_time(), 0
            with mock.patch.object(stretches, "SECONDS", length):
                parts = stretches.stretches(len(frames), reel.frame_rate)
            for part in parts:
                size += drawn(reel, part, spec, Path(folder) / "stretch.mp4").stat().st_size
            made[length] = size, time.process_time() - started
    return made


def dealt(workers, variants=320):
    """Seconds of dealing so many tasks of nothing to workers, idle ones asking again and again."""
    dealing = Dealing(variants)
    each, more = divmod(NOTHING, variants)
    started = time.process_time()
    for worker in range(workers):
        dealing.next(worker)
    while dealing.doing:
        task = dealing.returned(next(iter(dealing.doing)))
        if not task.parts:
            count = each + (task.variant < more)
            parts = [Task(task.variant, (number,), 10.0) for number in range(count)]
            dealing.plan(task.variant, parts)
        dealing.is_done(task.variant)
        for worker in range(workers):
            if worker not in dealing.doing:
                dealing.next(worker)
    return time.process_time() - started


def called(crew, count, function, argument):
    """The driver's processor seconds, and the clock's, for so many calls by one worker."""
    with crew:
        crew.call(0, function, argument)  # starts it
        crew.wait()
        started, processor = time.perf_counter(), time.process_time()
        for _ in range(count):
            crew.call(0, function, argument)
            crew.wait()
        return time.process_time() - processor, time.perf_counter() - started


def carrying(size=8_000_000, rounds=20):
    """The driver's seconds for a byte that comes back: out of a pipe, into a file, its checksum."""
    piped, _ = called(Processes(1), rounds, bytes, size)
    with TemporaryDirectory() as folder:
        target = Path(folder) / "segment.mp4"
        started = time.process_time()
        for _ in range(rounds):
            target.write_bytes(bytes(size))
            note(target, 1)
        kept = time.process_time() - started
    return (piped + kept) / (rounds * size)


def ray():
    """A crew of Ray's, None where that is not installed."""
    try:
        from epochreel.crew.cluster import Cluster
    except (ImportError, CrewError):
        return None
    return Cluster(count=1)


def efficiency_rows(drawing, productions):
    """Rows of productions by crews of several sizes, beside what drawing alone takes."""
    rows = [("small films: drawing alone, in one process", drawing, "s")]
    for count, made in productions.items():
        what = f"small films, {count} worker{'s' * (count > 1)}"
        rows += [
            (f"{what}: drawing ÷ all that workers take", drawing / made.workers, ""),
            (f"{what}: the driver", made.driver, "s"),
        ]
    return rows


def cutting_rows():
    """Rows of what cutting costs in bytes and seconds."""
    made = cutting()
    size, seconds = made.pop(UNCUT)
    rows = []
    for length, (more, longer) in made.items():
        what = f"stretches of {length} s, beside one piece"
        rows += [
            (f"{what}: bytes", 100 * (more / size - 1), "% more"),
            (f"{what}: processor", 100 * (longer / seconds - 1), "% more"),
        ]
    return rows


def nothing_rows():
    """Rows of tasks of nothing."""
    rows = [
        (f"dealing to {count:,} workers", 1e6 * dealt(count) / NOTHING, "µs a task")
        for count in CORES
    ]
    for what, crew in {"processes": Processes(1), "Ray": ray()}.items():
        if crew is None:
            rows.append((f"{what} is not installed", 0, "calls"))
            continue
        driver, clock = called(crew, NOTHING, pos, 0)
        rows += [
            (f"a call of nothing, {what}: round trip", 1e6 * clock / NOTHING, "µs"),
            (f"a call of nothing, {what}: the driver", 1e6 * driver / NOTHING, "µs"),
        ]
    return rows


def whole_series(costs):
    """The films of the series: of every clip that there is, and again, in all shapes and themes."""
    plain = math.prod(rendering.size("16:9", "4k"))
    films = []
    for cost in islice(cycle(costs), SERIES):
        for aspect in ASPECTS:
            pixels = math.prod(rendering.size(aspect, "4k"))
            films += len(THEMES) * [
                Film(
                    cost.ready,
                    [cost.frame * frames * pixels / plain for frames in cost.segments],
                    size=sum(cost.segments) * cost.size * pixels / plain,
                    frames=sum(cost.segments),
                    estimate=SECONDS_PER_PIXEL * plain / cost.frame,
                )
            ]
    return films


def series_rows(films, driver):
    """Rows of what becomes of the series on many cores."""
    hours = sum(sum(film.segments) for film in films) / 3600
    rows = [
        (f"the series in 4K60, {len(films)} films: drawing", hours, "core-hours"),
        ("getting a film ready", statistics.mean(film.ready for film in films), "s"),
        ("the driver: a film's beginning", 1e3 * driver.begin, "ms"),
        ("the driver: keeping and joining, a segment", 1e3 * driver.segment, "ms"),
        ("the driver: joining, a minute at 60 fps more", 3600 * driver.frame, "s"),
        ("the driver: a megabyte", 1e9 * driver.byte, "ms"),
        ("the driver: a task", 1e3 * driver.task, "ms"),
    ]
    for cores in CORES:
        made = simulate(films, cores, driver)
        rows += [
            (f"{cores:,} cores: the series", made.wall / 60, "min"),
            (f"{cores:,} cores: efficiency", made.efficiency, ""),
            *(
                (f"{cores:,} cores: {what}", 100 * share, "% of the cores' time")
                for what, share in made.shares().items()
            ),
        ]
    return rows


def start():
    """Seconds of a worker's start."""
    before = children()
    with Processes(1) as crew:
        crew.call(0, rendering.clips)
        crew.wait()
    return children() - before


def rows() -> list[tuple[str, float, str]]:
    """Every figure as (name, value, unit)."""
    small = wanted(CLIPS, QUALITY, THEMES[0])
    drawing = sum(answers(small, alone))
    productions = {count: produced(small, count) for count in WORKERS}
    started = time.process_time()
    large = wanted(rendering.clips(), "4k", THEMES[0])
    asked = (time.process_time() - started) / len(large)
    one = productions[1]
    driver = Costs(
        start=start(),
        begin=asked + one.begin,
        task=called(Processes(1), NOTHING, pos, 0)[0] / NOTHING,
        byte=carrying(),
        segment=one.segment,
        frame=joining(),
    )
    return [
        *efficiency_rows(drawing, productions),
        *cutting_rows(),
        *nothing_rows(),
        *series_rows(whole_series(answers(large, sampled)), driver),
    ]


if __name__ == "__main__":
    for name, value, unit in rows():
        print(f"{name:60} {value:9.3f} {unit}")
