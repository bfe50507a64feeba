"""A whole render beside its encoding alone, stock Manim and Matplotlib: the same moments drawn.

The scene is the flagship's: 5,000 points, a warped grid, 5 wedges and arrows, a counter, a curve
with a moving marker, all following the epoch, at 1080p60 with the encoder's options of manim.cfg.
Everything runs side by side in rounds, and medians are told, since a machine is never quiet.

    python -m tests.benchmarks.bench_render
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from fractions import Fraction
from pathlib import Path
from unittest import mock

import av
import numpy as np
from manim import config, logger, tempconfig

from epochreel.files import ROOT
from epochreel.film import writer
from epochreel.film.clip import Clip
from epochreel.layers import Arrows, Canvas, Counter, DataLayer, Lines, Points, Regions
from epochreel.look.style import load, rgba
from epochreel.runs import training
from tests.benchmarks.rivals import Content, matplotlib_seconds, stock_seconds
from tests.filming import Areas

FRAMES = 180
ROUNDS = 3
RATE = 60
SIZES = {"1080p": (1920, 1080), "270p": (480, 270)}
START, END = 300, 2000  # the epochs that the points fill the plane in


class Training(Clip):
    """The layers of the flagship in two panels while its classifier unwinds the spiral."""

    trainer = "classifier_unwarp"
    layout = Areas(
        {"16:9": {"plane": (0.44, 0, 1, 1), "loss": (0, 0.4, 0.4, 0.6), "epoch": (0, 0.8, 0, 1)}}
    )
    frames = FRAMES

    def construct(self):
        content = Content(self.run, self.style)
        reach = content.reach
        plane = self.panel(self.slot("plane").square(), x=(-reach, reach), y=(-reach, reach))
        strip = self.panel(
            "loss", x=(0, END), y=(0, content.loss.values.max()), equal=False, cross=False
        )
        self.epoch.set_value(START)
        self.plane = plane
        style = self.style
        self.wedges = Regions(
            plane,
            content.weights,
            content.biases,
            colours=content.fills,
            opacity=style.opacity.region,
        )
        self.grid = Lines(
            plane,
            content.grid,
            width=style.line.warped_grid,
            colours=rgba(style.chrome.warped_grid),
        )
        self.points = Points(
            plane,
            content.points,
            radius=style.size.point,
            colours=content.colours,
        )
        self.arrows = Arrows(
            plane,
            np.zeros((1, 2)),
            content.arrows,
            width=style.line.arrow,
            colours=content.marks,
        )
        self.counter = Counter(self.epoch, style)
        self.counter.shift(self.slot("epoch").centre - self.counter.get_corner([-1, 0, 0]))
        red = rgba(style.role("loss"))
        self.curve = Lines(strip, content.loss.until, width=style.line.curve, colours=red)
        self.marker = Points(strip, content.loss.at, radius=style.size.marker, colours=red)
        self.add(plane, self.wedges, self.grid, self.points, self.arrows)
        self.add(strip, self.curve, self.marker, self.counter)
        self.train(END, self.frames / config.frame_rate)


class Sampled(Exception):  # noqa: N818
    """Ends a scene when its layers stand."""


class Layers(Training):
    """The same scene up to its animation."""

    def train(self, *_, **__):
        raise Sampled


def setting(folder, size="1080p"):
    """Manim set up as for `manim -qh`, into a folder of its own, every play drawn."""
    logger.setLevel("WARNING")
    config.digest_file(ROOT / "manim.cfg")
    width, height = SIZES[size]
    return tempconfig(
        {
            "input_file": __file__,
            "media_dir": str(folder),
            "pixel_width": width,
            "pixel_height": height,
            "frame_rate": RATE,
            "disable_caching": True,
            "verbosity": "WARNING",
            "progress_bar": "none",
        }
    )


def render(frames=FRAMES, clip=Training):
    """Make a clip: the scene built, drawn, encoded and joined to a file."""
    scene = clip(theme="dark")
    scene.frames = frames
    scene._get_manager().render()


def captured(folder, clip=Training, kinds=("planes",)):
    """Render once and keep every frame on disk, as "rgba" (N, H, W, 4) or "planes" (N, 3H/2, W)."""
    width, height = SIZES["1080p"]
    shapes = {"rgba": (FRAMES, height, width, 4), "planes": (FRAMES, height * 3 // 2, width)}
    kept = {
        kind: np.lib.format.open_memmap(folder / kind, "w+", np.uint8, shapes[kind])
        for kind in kinds
    }
    frames = iter(range(FRAMES))
    convert = writer.to_video_frame

    def keep(pixels, *how):
        frame = convert(pixels, *how)
        number = next(frames)
        for kind, picture in kept.items():
            picture[number] = pixels if kind == "rgba" else frame.to_ndarray()
        return frame

    with mock.patch.object(writer, "to_video_frame", keep):
        render(clip=clip)
    return kept


def encode(frames, path, pixel_format, threads="SLICE"):
    """Encode ready frames through PyAV with the same encoder and options.

    `threads` is how the work is shared out: PyAV's default, or "FRAME", which is ours.
    """
    width, height = SIZES["1080p"]
    options = {"preset": "veryfast", "crf": "18", "bf": "2", "sc_threshold": "0"}
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=RATE, options=options)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.thread_type = threads
        stream.codec_context.gop_size = RATE // 2
        for number, pixels in enumerate(frames):
            frame = av.VideoFrame.from_ndarray(pixels, format=pixel_format)
            frame.pts, frame.time_base = number, Fraction(1, RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


def per_frame(work):
    """Milliseconds a frame of the wall clock, and of all processor cores together."""
    wall, processor = time.perf_counter(), time.process_time()
    work()
    spent = time.perf_counter() - wall, time.process_time() - processor
    return tuple(1e3 * seconds / FRAMES for seconds in spent)


def beside_encoding(name, clip, folder):
    """Rows of what a clip of `frames` takes, and of its encoding alone from ready planes."""
    render(2, clip)  # kernels and glyphs are loaded
    planes = captured(folder, clip)["planes"]
    rounds = np.array(
        [
            (
                per_frame(lambda: render(clip=clip)),
                per_frame(lambda: encode(planes, folder / "alone.mp4", "yuv420p")),
            )
            for _ in range(ROUNDS)
        ]
    )
    whole, alone = np.median(rounds[..., 0], axis=0)
    wall, processor = np.median(rounds[:, 0] / rounds[:, 1], axis=0)
    return [
        (f"{name}: whole render", whole, "ms a frame"),
        (f"{name}: encode-only", alone, "ms a frame"),
        (f"{name}: whole ÷ encode-only", wall, "×"),
        (f"{name}: the same, all cores' time", processor, "×"),
    ]


def side_by_side(folder):
    """Frame times of each way to make the clip, a row a round: it is the ratios that are steady."""
    with setting(folder):
        render(2)  # kernels and glyphs are loaded
        kept = captured(folder, kinds=("rgba", "planes"))
        pixels, planes = kept["rgba"], kept["planes"]
        content = Content(training.record("classifier_unwarp"), load("dark"))
        sample = np.linspace(START, END, 24)
        rounds = []
        for _ in range(ROUNDS):
            ours, ours_processor = per_frame(render)
            encoding, planes_processor = per_frame(
                lambda: encode(planes, folder / "planes.mp4", "yuv420p")
            )
            rounds.append(
                {
                    "ours": ours,
                    "planes": encoding,
                    "planes, by frames": per_frame(
                        lambda: encode(planes, folder / "planes.mp4", "yuv420p", "FRAME")
                    )[0],
                    "ours, processor": ours_processor,
                    "planes, processor": planes_processor,
                    "pixels": per_frame(lambda: encode(pixels, folder / "pixels.mp4", "rgba"))[0],
                    "stock": 1e3 * stock_seconds(content, sample[::6]),
                    "matplotlib": 1e3 * matplotlib_seconds(content, sample, folder / "m.mp4"),
                }
            )
    return rounds


def median_ms(call, arguments):
    """Median milliseconds of a call over these arguments, not counting what others ran between."""
    durations = []
    for argument in arguments:
        begin = time.thread_time()
        call(argument)
        durations.append(time.thread_time() - begin)
    return 1e3 * statistics.median(durations[1:])


def sampled_layers(folder):
    """The scene with its layers, nothing drawn yet."""
    with setting(folder):
        scene = Layers(theme="dark")
        try:
            scene.construct()
        except Sampled:
            return scene
    raise AssertionError("the scene was not stopped")


def layer_rows(scene):
    """Milliseconds a frame of every layer: evaluating it at a new epoch, and drawing it."""
    pixels = np.zeros((1080, 1920, 4), np.uint8)
    pixels[..., 3] = 255
    canvas = Canvas(pixels, 8 * 16 / 9, 8)
    epochs = np.linspace(START, END, 25)

    def evaluate(layer, epoch):
        scene.epoch.set_value(epoch)
        layer.evaluate()

    rows = []
    for name in ("wedges", "grid", "points", "arrows", "curve", "marker", "counter"):
        layer = getattr(scene, name)
        drawing = median_ms(lambda _, layer=layer: layer.draw(canvas), epochs)
        if isinstance(layer, DataLayer):
            evaluating = median_ms(lambda epoch, layer=layer: evaluate(layer, epoch), epochs)
            rows.append((f"{name}: evaluate", evaluating, "ms"))
        rows.append((f"{name}: draw", drawing, "ms"))
    generator = np.random.default_rng(0)
    for count in (1_000, 10_000, 100_000):
        chosen = generator.integers(0, 5000, count)
        inputs = scene.points.sources["positions"].__self__.inputs[chosen]
        inputs = inputs + generator.normal(0, 0.01, inputs.shape).astype(np.float32)
        playback = scene.points.sources["positions"].__self__.playback
        layer = Points(
            scene.plane,
            lambda epoch, playback=playback, inputs=inputs: playback(epoch, inputs),
            radius=2,
            colours=scene.points.values["colours"][chosen],
        )

        def frame(epoch, layer=layer):
            evaluate(layer, epoch)
            layer.draw(canvas)

        rows.append((f"{count:,} points: evaluate and draw", median_ms(frame, epochs), "ms"))
    return rows


def peak_memory(frames):
    """Megabytes resident at most in a process that renders so many small frames."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.bench_render", "peak", str(frames)],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    return float(done.stdout.split()[-1])


def print_peak(frames):
    """Render in this process and print its peak memory in megabytes."""
    with tempfile.TemporaryDirectory() as folder, setting(folder, "270p"):
        render(frames)
    # ru_maxrss survives exec on Linux, and would tell of the parent
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmHWM"):
            print(int(line.split()[1]) / 1024)


# Runs a command up to its first frame, in a folder of its own; argv: folder, script, arguments.
FIRST_FRAME = """
import os, sys, time, runpy
from pathlib import Path
def main():
    folder, *sys.argv = sys.argv[1:]
    from epochreel.film import encoding, writer
    begin = encoding.SegmentEncoder.__init__
    writer.FrameWriter.is_already_cached = lambda *_: False
    encoding.SegmentEncoder.__init__ = lambda self, target, **options: begin(
        self, target=Path(folder) / target.name, **options)
    def stop(*_, **__):
        print(time.time())
        sys.stdout.flush()
        os._exit(0)
    encoding.SegmentEncoder.write_frame = stop
    runpy.run_path(sys.argv[0], run_name="__main__")
main()
"""


def seconds_to_first_frame(command, *arguments):
    """Seconds from starting a command until its first frame is drawn; the median of five."""
    seconds = []
    script = str(Path(sys.executable).with_name(command))
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(5):
            begin = time.time()
            done = subprocess.run(
                [sys.executable, "-c", FIRST_FRAME, folder, script, *arguments],
                capture_output=True,
                text=True,
                cwd=ROOT,
                check=True,
                env=os.environ | {"COLUMNS": "80"},
            )
            seconds.append(float(done.stdout.split()[-1]) - begin)
    return statistics.median(seconds)


def rows() -> list[tuple[str, float, str]]:
    """Every figure as (name, value, unit)."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rounds = side_by_side(folder)
        layers = layer_rows(sampled_layers(folder))
    small, large = peak_memory(60), peak_memory(600)
    scene = str(ROOT / "scenes" / "classifier_unwarp.py")

    def frame(way):
        return statistics.median(each[way] for each in rounds)

    def ratio(slow, fast):
        return statistics.median(each[slow] / each[fast] for each in rounds)

    return [
        ("whole render", frame("ours"), "ms a frame"),
        ("encode-only, from planes", frame("planes"), "ms a frame"),
        ("encode-only, from planes, threads by frames", frame("planes, by frames"), "ms a frame"),
        ("encode-only, from RGBA", frame("pixels"), "ms a frame"),
        ("stock Manim", frame("stock"), "ms a frame"),
        ("Matplotlib FuncAnimation", frame("matplotlib"), "ms a frame"),
        ("whole render, all cores' time", frame("ours, processor"), "ms a frame"),
        ("encode-only, all cores' time", frame("planes, processor"), "ms a frame"),
        ("whole render ÷ encode-only from planes", ratio("ours", "planes"), "×"),
        (
            "the same, all cores' time",
            ratio("ours, processor", "planes, processor"),
            "×",
        ),
        ("whole render ÷ encode-only, threads by frames", ratio("ours", "planes, by frames"), "×"),
        ("whole render ÷ encode-only from RGBA", ratio("ours", "pixels"), "×"),
        ("stock Manim ÷ whole render", ratio("stock", "ours"), "×"),
        ("Matplotlib ÷ whole render", ratio("matplotlib", "ours"), "×"),
        *layers,
        ("peak memory, 60 frames of 270p", small, "MB"),
        ("peak memory, 600 frames of 270p", large, "MB"),
        ("manim -ql to the first frame", seconds_to_first_frame("manim", "-ql", scene), "s"),
        (
            "epochreel render to the first frame",
            seconds_to_first_frame("epochreel", "render", "classifier_unwarp", "--quality", "low"),
            "s",
        ),
    ]


def main() -> None:
    """Print the figures."""
    for name, value, unit in rows():
        print(f"{name:45} {value:9.2f} {unit}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["peak"]:
        print_peak(int(sys.argv[2]))
    else:
        main()
