import av
import numpy as np
import pytest
from PIL import Image

from epochreel.errors import PublishError
from epochreel.media.probe import probe
from tests.publish.filmed import film, with_sound


def test_a_clip_as_it_is_rendered(tmp_path):
    path = film(tmp_path / "clip.mp4")
    found = probe(path)
    assert (found.codec, found.profile, found.pixel_format) == ("h264", "High", "yuv420p")
    assert (found.width, found.height, found.frame_rate, found.frames) == (256, 144, 20, 40)
    assert found.duration == pytest.approx(2.0)
    assert (found.colours, found.alpha, found.audio) == ("bt709", False, "")
    assert (found.group, found.closed, found.faststart) == (10, True, False)
    assert found.size == path.stat().st_size
    assert found.bit_rate == pytest.approx(4 * found.size)


def encoded(path, options, frames=30, tagged=False):
    with av.open(str(path), "w", options=options) as output:
        stream = output.add_stream("libx264", rate=10, options=options)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for _ in range(frames):
            output.mux(stream.encode(av.VideoFrame(64, 48, "yuv420p")))
        output.mux(stream.encode(None))
    return probe(path)


def test_gops(tmp_path):
    closed = encoded(tmp_path / "closed.mp4", {"x264-params": "keyint=10:scenecut=0:bframes=2"})
    assert (closed.group, closed.closed) == (10, True)
    options = "keyint=11:min-keyint=1:scenecut=0:bframes=2:open-gop=1:b-adapt=0"
    opened = encoded(tmp_path / "open.mp4", {"x264-params": options})
    assert not opened.closed


def test_the_index_and_the_edit_list(tmp_path):
    plain = encoded(tmp_path / "plain.mp4", {"bf": "2"})
    assert (plain.faststart, plain.edited) == (False, True)
    options = {"movflags": "+faststart+negative_cts_offsets", "use_editlist": "0", "bf": "2"}
    front = encoded(tmp_path / "front.mp4", options)
    assert (front.faststart, front.edited) == (True, False)


def test_colours_that_are_not_named(tmp_path):
    assert encoded(tmp_path / "plain.mp4", {}).colours == ""
    named = encoded(tmp_path / "named.mp4", {"x264-params": "colormatrix=smpte170m"})
    assert named.colours == "matrix 6, range 1"


def test_sound(tmp_path):
    path = with_sound(film(tmp_path / "clip.mp4"), tmp_path / "loud.mp4")
    assert probe(path).audio == "aac"


def test_stills(tmp_path):
    for name, codec, pixel_format in (("a.png", "png", "rgb24"), ("a.jpg", "jpeg", "yuvj420p")):
        Image.new("RGB", (64, 48)).save(tmp_path / name)
        found = probe(tmp_path / name)
        assert (found.codec, found.pixel_format) == (codec, pixel_format)
        assert (found.width, found.height) == (64, 48)
        assert (found.frames, found.frame_rate, found.duration, found.bit_rate) == (1, 0, 0, 0)


@pytest.mark.parametrize("suffix", ["gif", "webp"])
def test_loops(tmp_path, suffix):
    path = tmp_path / f"loop.{suffix}"
    shades = [Image.new("RGB", (64, 48), (9 * place, 0, 0)) for place in range(5)]
    shades[0].save(path, save_all=True, append_images=shades[1:], duration=80, loop=0)
    found = probe(path)
    assert (found.codec, found.frames, found.frame_rate) == (suffix, 5, 12.5)
    assert (found.width, found.height, found.duration) == (64, 48, pytest.approx(0.4))


def test_what_is_no_picture(tmp_path):
    with pytest.raises(PublishError, match=r"There is no file .*gone\.mp4; publish the clip again"):
        probe(tmp_path / "gone.mp4")
    whole = film(tmp_path / "whole.mp4").read_bytes()
    for name in ("broken.mp4", "broken.webp", "broken.png"):
        (tmp_path / name).write_bytes(whole[: len(whole) // 2])
        with pytest.raises(PublishError, match=rf"{name} cannot be read \(.+\); delete it"):
            probe(tmp_path / name)


def test_sound_alone_is_no_video(tmp_path):
    with av.open(str(tmp_path / "sound.mp4"), "w") as output:
        sound = output.add_stream("aac", rate=48000, layout="mono")
        silence = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), "fltp", "mono")
        silence.sample_rate = 48000
        output.mux([*sound.encode(silence), *sound.encode(None)])
    with pytest.raises(PublishError, match=r"sound\.mp4 cannot be read"):
        probe(tmp_path / "sound.mp4")
