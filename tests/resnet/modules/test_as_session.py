"""What `explore` found, as a session: asked again from its file, it answers as it did."""

import pytest
import torch
from PIL import Image

from resnet import explain, explore, load_classifier
from resnet.cli.session_command import asked
from resnet.evidence.session_file import read_session
from resnet.modules.as_session import as_session
from resnet.modules.photo import Photo
from resnet.weights.given.owner_says import Given
from tests.networks import KINDS, frozen

LABELS = ("ash, or\nelm", *(f"thing {i}" for i in range(6)))
PHOTO = Image.effect_noise((50, 40), 80).convert("RGB")
SAID = Given(mean=(0.1, 0.2, 1 / 3), std=(0.5,), resize=40, crop=36, interpolation="bicubic")
UNKEYED = {
    **KINDS,
    "v1": {"layers": (1, 2, 1, 1), "stride_on": "1x1"},
    "option A": {"block": "basic", "layers": (1, 2, 1, 1), "shortcut": "A"},
}


def again(found, folder):
    """The photograph, the classifier and the options that its session asks for."""
    file = folder / "session.zip"
    file.write_bytes(as_session(found.classifier, found.photos, found.explanation))
    (photo,), options = asked(file, (), folder / "out")
    return photo, load_classifier(options["model"], given=options["given"]), options


@pytest.mark.parametrize("changes", UNKEYED.values(), ids=UNKEYED)
@pytest.mark.parametrize("given", [Given(crop=32), SAID], ids=["size", "all"])
def test_it_is_the_network_its_input_and_its_answer(changes, given, tmp_path):
    found = explore(frozen(**changes), PHOTO, LABELS, given=given)
    photo, classifier, _ = again(found, tmp_path)
    assert classifier.spec == found.classifier.spec
    assert classifier.transform == found.classifier.transform
    assert classifier.labels == ("ash, or elm", *LABELS[1:])
    assert [each.axis for each in classifier.assumed] == [
        each.axis for each in found.classifier.assumed
    ]
    answer = explain(classifier, [Photo.of(photo).image])
    assert torch.equal(answer.logits, found.explanation.logits)


def test_the_class_and_the_stage_on_show_are_asked_where_they_are_not_the_usual(tmp_path):
    model, given = frozen(**KINDS["basic"]), Given(crop=32)
    usual = explore(model, PHOTO, given=given)
    _, classifier, options = again(usual, tmp_path)
    assert (options["target"], options["layer"]) == (None, None)
    assert classifier.labels == usual.classifier.labels
    last = usual.explanation.top(0, 7)[-1].index
    other = explore(model, PHOTO, targets=last, layer="layer2", given=given)
    _, _, options = again(other, tmp_path)
    assert (options["target"], options["layer"]) == (str(last), "layer2")


def test_photographs_go_along_as_their_files_or_as_the_pixels_that_were_read(tmp_path):
    PHOTO.save(tmp_path / "a.jpg", exif=Image.Exif())
    exif = Image.Exif()
    exif[0x112] = 6  # turned: of an image that is open already, nobody follows it
    clear = Image.new("RGBA", (40, 30), (200, 10, 30, 90))
    clear.info["exif"] = exif.tobytes()
    found = explore(frozen(**KINDS["basic"]), [tmp_path / "a.jpg", clear], given=Given(crop=32))
    session, contents = read_session(
        as_session(found.classifier, found.photos, found.explanation), 1 << 30
    )
    first, second = (file for file in session.files if file.kind == "photos")
    assert (first.name, second.name) == ("a.jpg", "image 2.png")
    assert contents[first.sha256] == (tmp_path / "a.jpg").read_bytes()
    (tmp_path / "b.png").write_bytes(contents[second.sha256])
    assert Photo.of(tmp_path / "b.png").image.tobytes() == clear.convert("RGB").tobytes()
    assert session.addresses["attention"]["photo"] == first.link


def test_without_photographs_there_is_the_network_alone():
    found = explore(frozen(**KINDS["basic"]), given=Given(crop=32))
    session, contents = read_session(as_session(found.classifier, (), None), 1 << 30)
    assert [file.kind for file in session.files] == ["own"]
    assert len(contents) == 1
    assert set(session.addresses["attention"]) == {"checkpoint", "read_as", "crop"}
    assert session.addresses["architecture"] == found.classifier.spec.to_fields()
