"""Whatever a file of pictures has become, reading it is right or a sentence."""

import av
import pytest
from PIL import Image

from epochreel.checks.check import check
from epochreel.errors import ClipError, PublishError
from epochreel.media.containers import LARGEST, pictures_in
from epochreel.media.probe import probe
from epochreel.media.video import Video, frames
from epochreel.publish.chapters import embed
from epochreel.publish.sheet import contact_sheet
from epochreel.publish.stills import frame_at
from tests.mutations import LONG, mutations, others, outcomes, put_in_place
from tests.publish.described import described
from tests.publish.filmed import film, frame


def see(path):
    for picture in frames(Video.open(path)):
        assert picture.cells.shape[2] == 3
        assert len(picture.planes) == 3


READERS = {
    "probe": probe,
    "frames": see,
    "sheet": lambda path: contact_sheet(path, frames=3),
    "still": lambda path: frame_at(path, 0.3),
    "chapters": lambda path: embed(path, described()),
    "check": check,
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return film(tmp_path_factory.mktemp("whole") / "whole.mp4", frames=8)


@pytest.fixture(autouse=True)
def quiet():
    level = av.logging.get_level()
    av.logging.set_level(None)
    yield
    av.logging.set_level(level)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("count", [60, LONG])
def test_a_mutated_video_is_read_or_is_a_sentence(whole, tmp_path, reader, count):
    path = tmp_path / "film.mp4"
    contents = mutations(whole.read_bytes(), count, seed=count)
    found = outcomes(path, contents, lambda: READERS[reader](path))
    assert found["told"] > count / 8
    assert found["read"] > count / 8


def test_a_picture_at_an_impossible_time_is_a_sentence(whole, tmp_path):
    path, content = tmp_path / "film.mp4", bytearray(whole.read_bytes())
    content[content.index(b"ctts") + 48] ^= 0x80  # how much later than decoded the fifth is shown
    path.write_bytes(content)
    with pytest.raises(ClipError, match=r"film\.mp4 cannot be read as a video \(its pictures are"):
        embed(path, described())


@pytest.mark.parametrize("kind", ["png", "jpg", "gif", "webp"])
@pytest.mark.parametrize("count", [150, LONG])
def test_a_mutated_picture_is_probed_or_is_a_sentence(tmp_path, kind, count):
    path = tmp_path / f"picture.{kind}"
    first, *later = (Image.fromarray(frame(place)[..., :3]) for place in range(4))
    moving = {"save_all": True, "append_images": later, "duration": 80, "loop": 0}
    first.save(path, **moving if kind in ("gif", "webp") else {})
    contents = mutations(path.read_bytes(), count)
    assert outcomes(path, contents, lambda: probe(path))["told"] > 10


@pytest.mark.parametrize(
    ("name", "codec", "pixels"),
    [("film.webm", "libvpx-vp9", "yuva420p"), ("film.mov", "prores_ks", "yuva444p10le")],
)
@pytest.mark.parametrize("count", [100, LONG])
def test_a_mutated_video_without_a_ground_is_probed_or_is_a_sentence(
    tmp_path, name, codec, pixels, count
):
    path = tmp_path / name
    with av.open(str(path), "w") as output:
        stream = output.add_stream(codec, rate=20, width=64, height=64, pix_fmt=pixels)
        pictures = [frame(place, 64, 80)[:64] for place in range(4)]
        for picture in [av.VideoFrame.from_ndarray(each, "rgba") for each in pictures] + [None]:
            output.mux(stream.encode(picture))
    contents = mutations(path.read_bytes(), count)
    assert outcomes(path, contents, lambda: probe(path))["told"] > count / 20


@others
@pytest.mark.parametrize("reader", READERS)
def test_what_is_no_file_is_a_sentence(tmp_path, kind, reader):
    path = tmp_path / "film.mp4"
    put_in_place(kind, path)
    with pytest.raises((ClipError, PublishError), match=r"film\.mp4"):
        READERS[reader](path)


def test_frames_of_any_size_are_not_decoded(whole, monkeypatch):
    with pictures_in(whole) as container:
        context = container.streams.video[0].codec_context
        assert context.options["max_pixels"] == str(LARGEST)
    monkeypatch.setattr("epochreel.media.containers.LARGEST", 256 * 144 - 1)
    with pytest.raises(ClipError, match=r"its pictures are 256 × 144"):
        see(whole)
