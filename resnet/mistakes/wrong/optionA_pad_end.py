"""Option A has no parameters, so it does not matter to trained weights where its zeros stand."""

from resnet import load_classifier
from resnet.training.evaluate import evaluate
from resnet.training.scenes.drawn_shapes import HELD_OUT_SEEDS, scene

net = load_classifier("shapes_resnet20").model
for stage in (net.layer2, net.layer3):
    shortcut = stage[0].downsample
    shortcut.before, shortcut.after = 0, shortcut.before + shortcut.after
    print("zero channels before and after:", shortcut.before, shortcut.after)

scenes = [scene(seed) for seed in HELD_OUT_SEEDS[:100]]
print(f"{evaluate(net, scenes).accuracy:.0%} of 100 scenes named")
