"""What `film/camera.py` relies on of Manim's inside: another Manim fails here first."""

import inspect
from pathlib import Path

import pytest
from manim import Animation, Camera, Mobject, Scene
from manim.renderer.cairo_renderer import CairoRenderer
from manim.scene.scene_file_writer import SceneFileWriter

from epochreel import files

METHODS = {
    Scene: {
        "compile_animation_data": "self animations play_kwargs",
        "begin_animations": "self",
        "play_internal": "self skip_rendering",
        "is_current_animation_frozen_frame": "self",
        "update_to_time": "self t",
        "get_moving_mobjects": "self animations",
        "get_time_progression": "self run_time description n_iterations override_skip_animations",
        "get_mobject_family_members": "self",
        "render": "self preview",
    },
    CairoRenderer: {
        "__init__": "self file_writer_class camera_class skip_animations kwargs",
        "play": "self scene args kwargs",
        "update_skipping_status": "self",
        "save_static_frame_data": "self scene static_mobjects",
        "init_scene": "self scene session_spec file_writer_settings",
        "update_frame": "self scene mobjects include_submobjects ignore_skipping kwargs",
        "render": "self scene time moving_mobjects",
        "freeze_current_frame": "self duration",
        "add_frame": "self frame num_frames",
        "get_frame": "self",
    },
    SceneFileWriter: {
        "_create_segment_encoder": "self target",
        "add_partial_movie_file": "self hash_animation",
        "begin_animation": "self allow_write animation_index file_path",
        "end_animation": "self allow_write",
        "is_already_cached": "self hash_invocation",
        "write_frame": "self pixels repeat",
        "output_image": "self image",
        "save_image": "self pixels",
        "combine_files": "self input_files output_file create_gif includes_sound",
    },
    Camera: {
        "capture_mobjects": "self mobjects kwargs",
        "get_mobjects_to_display": "self mobjects include_submobjects excluded_mobjects",
        "reset": "self",
        "display_image_mobject": "self image_mobject pixel_array",
        "points_to_subpixel_coords": "self mobject points",
    },
}


@pytest.mark.parametrize(
    ("kind", "name", "parameters"),
    [(kind, name, each) for kind, methods in METHODS.items() for name, each in methods.items()],
)
def test_manim_is_the_one_that_the_camera_knows(kind, name, parameters):
    found = inspect.signature(getattr(kind, name)).parameters
    assert list(found) == parameters.split(), f"{kind.__name__}.{name} of Manim has changed"


def test_scene_and_animation_hold_what_the_camera_reads():
    scene = Scene()
    for name in ("animations", "duration", "static_mobjects", "moving_mobjects", "stop_condition"):
        assert hasattr(scene, name)
    renderer = scene.renderer
    for name in ("_original_skipping_status", "skip_animations", "animations_hashes", "num_plays"):
        assert hasattr(renderer, name)
    for name in ("static_image", "time", "file_writer", "camera"):
        assert hasattr(renderer, name)
    for name in ("output_spec", "output_plan", "video_encoder", "_current_encode_job"):
        assert hasattr(renderer.file_writer, name)
    assert {"mobject", "rate_func"} <= set(vars(Animation(Mobject())))


def test_no_other_module_reaches_inside():
    """But for the writer of files, and `layers.drawn`, which orders families as Manim does."""
    reaching = {
        path.relative_to(files.PACKAGE).as_posix()
        for path in Path(files.PACKAGE).rglob("*.py")
        if "from manim." in (text := path.read_text("utf-8"))
        or any(f"scene.{name}" in text for name in ("_get_manager", "update_to_time"))
    }
    assert reaching == {"film/camera.py", "film/writer.py", "layers/drawn.py"}
