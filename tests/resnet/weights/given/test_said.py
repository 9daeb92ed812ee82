"""What a visitor says of a checkpoint: a config.json in place of class names says more."""

import json

from resnet.weights.given.said import Said

CONFIG = {
    "architecture": "resnetaa50",
    "label_names": ["ant", "bee"],
    "pretrained_cfg": {"mean": [0.5] * 3, "std": [0.25] * 3, "input_size": [3, 96, 96]},
}


def said(tmp_path, content, **others):
    path = tmp_path / "stored"
    path.write_text(json.dumps(content))
    return Said(labels=path, labels_name="names.json", **others).given()


def test_a_config_says_the_network_the_classes_and_the_input(tmp_path):
    given = said(tmp_path, CONFIG)
    assert (given.config, given.labels, given.crop) == ("resnetaa50", ("ant", "bee"), 96)
    assert (given.mean, given.std) == ((0.5,) * 3, (0.25,) * 3)
    assert "antialias=average" in given.network


def test_what_is_chosen_goes_before_it(tmp_path):
    given = said(tmp_path, CONFIG, crop="64", read_as="antialias=none", normalise="cifar10")
    assert given.crop == 64
    assert given.mean[0] == 0.4914
    assert "antialias=none" in given.network
    assert "stride_on=3x3" in given.network


def test_other_json_is_class_names(tmp_path):
    given = said(tmp_path, ["cat", "dog"])
    assert (given.labels, given.config, given.network) == (("cat", "dog"), "", "")
