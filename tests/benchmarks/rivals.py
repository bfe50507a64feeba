"""The same frames as stock Manim and Matplotlib draw them, and what is in them."""

import logging
import statistics
import time

import imageio_ffmpeg
import matplotlib as mpl
import numpy as np
from manim import (
    Arrow,
    DecimalNumber,
    Dot,
    Line,
    ManimColor,
    Polygon,
    Scene,
    Text,
    ValueTracker,
    VGroup,
    VMobject,
    config,
    linear,
)
from manim.renderer.cairo_renderer import CairoRenderer
from matplotlib import pyplot
from matplotlib.animation import FFMpegWriter, FuncAnimation
from matplotlib.collections import LineCollection

from epochreel import Playback
from epochreel.layers import grid
from epochreel.look.style import rgba
from epochreel.runs.scalars import RecordedScalar
from trainers.classifier_unwarp import Config, build, data

ARROW_SCALE = 4


class Content:
    """Everything on the frame as a function of the epoch, data coordinates."""

    def __init__(self, run, style):
        settings = Config(**run.config)
        inputs, labels = data(settings)
        self.inputs = inputs.numpy()
        self.playback = Playback(run, build(settings), layer="embedding")
        self.loss = RecordedScalar(run, "loss")
        self.lattice = grid((-1.1, 1.1), (-1.1, 1.1), step=0.1, samples=81)
        self.marks = np.stack([rgba(colour) for colour in style.classes(settings.classes)])
        self.fills = np.stack([rgba(colour) for colour in style.regions(settings.classes)])
        self.colours = self.marks[labels.numpy()]
        self.style = style
        self.reach = float(1.06 * np.abs(self.points(settings.epochs)).max())

    def points(self, epoch):
        return self.playback(epoch, self.inputs)

    def grid(self, epoch):
        flat = self.playback(epoch, self.lattice.reshape(-1, 2))
        return flat.reshape(self.lattice.shape)

    def weights(self, epoch):
        return self.playback.parameters(epoch)["classifier.weight"]

    def biases(self, epoch):
        return self.playback.parameters(epoch)["classifier.bias"]

    def arrows(self, epoch):
        return ARROW_SCALE * self.weights(epoch)

    def wedges(self, epoch):
        """One polygon (N, 2) a class: the plane's square cut by its boundaries to the others."""
        weights, biases = self.weights(epoch).astype(float), self.biases(epoch).astype(float)
        square = self.reach * np.array([[-1.0, -1], [1, -1], [1, 1], [-1, 1]])
        polygons = []
        for k in range(len(weights)):
            polygon = square
            for other in range(len(weights)):
                if other != k:
                    polygon = cut(polygon, weights[k] - weights[other], biases[k] - biases[other])
            polygons.append(polygon)
        return polygons


def cut(polygon, normal, offset):
    """The part of a convex polygon (N, 2) where normal · x + offset ≥ 0: Sutherland–Hodgman."""
    heights = polygon @ normal + offset
    kept = []
    for i, height in enumerate(heights):
        before = heights[i - 1]
        if (before < 0) != (height < 0):
            share = before / (before - height)
            kept.append(polygon[i - 1] + share * (polygon[i] - polygon[i - 1]))
        if height >= 0:
            kept.append(polygon[i])
    return np.array(kept) if kept else np.zeros((3, 2))


class Timed(CairoRenderer):
    """Manim's renderer, noting when each frame is done."""

    def __init__(self):
        super().__init__()
        self.moments = []

    def add_frame(self, frame, num_frames=1):
        super().add_frame(frame, num_frames)
        self.moments.append(time.perf_counter())


class Stock(Scene):
    """The scene as Manim's own mobjects, brought to each epoch by one updater."""

    def __init__(self, content, epochs):
        self.content, self.epochs = content, epochs
        super().__init__(renderer=Timed())

    def construct(self):
        content, style = self.content, self.content.style
        reach = content.reach
        scale = 3.6 / reach

        def place(data):
            flat = np.asarray(data, dtype=float).reshape(-1, 2) * scale
            return np.column_stack([flat[:, 0] + 2.6, flat[:, 1], np.zeros(len(flat))])

        def place_loss(data):
            x, y = np.asarray(data, dtype=float).T
            x = -6.4 + 5 * x / content.loss.epochs[-1]
            return np.column_stack([x, 1.4 * y / content.loss.values.max(), 0 * x])

        def colour(bytes_):
            return ManimColor.from_rgb(tuple(int(value) for value in bytes_[:3]))

        epoch = self.epochs[0]
        red = colour(rgba(style.role("loss")))
        grey = colour(rgba(style.chrome.warped_grid))
        fills, marks = ([colour(c) for c in table] for table in (content.fills, content.marks))
        wedges = VGroup(
            *[
                Polygon(*place(corners), stroke_width=0, fill_color=fill, fill_opacity=0.3)
                for corners, fill in zip(content.wedges(epoch), fills, strict=True)
            ]
        )
        lines = VGroup(*[VMobject(stroke_color=grey, stroke_width=1) for _ in content.lattice])
        dots = VGroup(
            *[
                Dot(place(point)[0], radius=style.size.point / 135, color=colour(mark))
                for point, mark in zip(content.points(epoch), content.colours, strict=True)
            ]
        )
        arrows = VGroup(
            *[
                Arrow(place([0, 0])[0], place(tip)[0], buff=0, color=mark)
                for tip, mark in zip(content.arrows(epoch), marks, strict=True)
            ]
        )
        axes = VGroup(
            *[
                Line(*place(ends), stroke_width=1)
                for ends in ([[-reach, 0], [reach, 0]], [[0, -reach], [0, reach]])
            ]
        )
        number = DecimalNumber(epoch, num_decimal_places=0, mob_class=Text).move_to([-5, 2, 0])
        curve, marker = VMobject(stroke_color=red, stroke_width=3), Dot(radius=0.06, color=red)
        clock = ValueTracker(0)

        def update(_):
            epoch = self.epochs[min(round(clock.get_value()), len(self.epochs) - 1)]
            for polygon, corners in zip(wedges, content.wedges(epoch), strict=True):
                polygon.set_points_as_corners(place([*corners, corners[0]]))
            for line, vertices in zip(lines, content.grid(epoch), strict=True):
                line.set_points_as_corners(place(vertices))
            for dot, at in zip(dots, place(content.points(epoch)), strict=True):
                dot.move_to(at)
            for arrow, tip in zip(arrows, place(content.arrows(epoch)), strict=True):
                arrow.put_start_and_end_on(place([0, 0])[0], tip)
            number.set_value(epoch)
            curve.set_points_as_corners(place_loss(content.loss.until(epoch)))
            marker.move_to(place_loss(content.loss.at(epoch))[0])

        everything = VGroup(axes, wedges, lines, dots, arrows, number, curve, marker)
        everything.add_updater(update)
        self.add(everything)
        count = len(self.epochs)
        self.play(
            clock.animate(rate_func=linear).set_value(count), run_time=count / config.frame_rate
        )


def stock_seconds(content, epochs):
    """Seconds a frame of stock Manim, without setting the scene up."""
    scene = Stock(content, epochs)
    scene._get_manager().render()
    return statistics.median(np.diff(scene.renderer.moments))


def matplotlib_seconds(content, epochs, path):
    """Seconds a frame of Matplotlib's FuncAnimation.save, without setting the figure up."""
    style = content.style
    marks, fills = content.marks / 255, content.fills / 255
    red, grey = style.role("loss"), style.chrome.warped_grid
    figure = pyplot.figure(figsize=(19.2, 10.8), dpi=100, facecolor=style.chrome.background)
    axes = figure.add_axes((0.46, 0.05, 0.9 * 1080 / 1920, 0.9))
    loss = figure.add_axes((0.05, 0.4, 0.36, 0.2))
    for each in (axes, loss):
        each.axis("off")
    reach, epoch = content.reach, epochs[0]
    axes.set(xlim=(-reach, reach), ylim=(-reach, reach))
    loss.set(xlim=(0, content.loss.epochs[-1]), ylim=(0, content.loss.values.max()))
    axes.axhline(0, color=grey, linewidth=0.5)
    axes.axvline(0, color=grey, linewidth=0.5)
    wedges = [
        axes.fill(*corners.T, color=fill, alpha=0.3, linewidth=0)[0]
        for corners, fill in zip(content.wedges(epoch), fills, strict=True)
    ]
    lines = axes.add_collection(LineCollection(content.grid(epoch), colors=grey, linewidths=0.72))
    size = (2 * style.size.point * 0.72) ** 2
    dots = axes.scatter(
        *content.points(epoch).T, s=size, c=content.colours / 255, linewidths=0, zorder=3
    )
    zeros = np.zeros(len(marks))
    arrows = axes.quiver(
        zeros,
        zeros,
        *content.arrows(epoch).T,
        color=marks,
        angles="xy",
        scale_units="xy",
        scale=1,
        zorder=4,
    )
    number = figure.text(0.05, 0.7, "", color="white", fontsize=40)
    (curve,) = loss.plot([], [], color=red)
    (marker,) = loss.plot([], [], "o", color=red)

    def update(epoch):
        for polygon, corners in zip(wedges, content.wedges(epoch), strict=True):
            polygon.set_xy(corners)
        lines.set_segments(content.grid(epoch))
        dots.set_offsets(content.points(epoch))
        arrows.set_UVC(*content.arrows(epoch).T)
        number.set_text(f"{epoch:.0f}")
        curve.set_data(*content.loss.until(epoch).T)
        marker.set_data(*content.loss.at(epoch).T)

    animation = FuncAnimation(figure, update, frames=list(epochs), cache_frame_data=False)
    options = ["-preset", "veryfast", "-crf", "18", "-pix_fmt", "yuv420p"]
    with mpl.rc_context({"animation.ffmpeg_path": imageio_ffmpeg.get_ffmpeg_exe()}):
        writer = FFMpegWriter(fps=60, codec="libx264", extra_args=options)
        logging.getLogger("matplotlib").setLevel(logging.WARNING)
        begin = time.perf_counter()
        animation.save(path, writer, savefig_kwargs={"facecolor": style.chrome.background})
        seconds = time.perf_counter() - begin
    pyplot.close(figure)
    return seconds / len(epochs)
