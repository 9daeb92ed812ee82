"""What the programs say beside their lines, for those who read them in another language."""

from __future__ import annotations

import re

from resnet.text.language import mark, tr

COMMENTS = (
    mark("f keeps x for its own gradient"),
    mark("its layer1 is self._make_layer(Bottleneck, 64, 3)"),
    mark("no weights are made"),
    mark("noise in the shapes of the data sets stands for their images"),
    mark("padded by 1 as well, which cannot work"),
    mark("refused before anything is downloaded"),
    mark("saw nothing but the zeros around the map"),
    mark("shapes without numbers"),
    mark("the best of any step, and the weights of the last"),
    mark("the map keeps its size"),
)
FIRST_LINES = (
    mark("A 1×1 shortcut of stride 2 carries what the whole map says."),
    mark("A block needs its downsample module when, and only when, its map gets smaller."),
    mark("A checkpoint says best_prec1: that is how accurate its weights are."),
    mark("A forward hook that stores the output of BN has the output of BN."),
    mark("A hook on block.relu is called once for every forward."),
    mark("A module has a length where it is a container: ask whether it is None."),
    mark("A projection is needed where the stride is not 1 or the channels differ."),
    mark("A second name is not a copy: use a ReLU that is not in place, or x.clone()."),
    mark("Add first, then ReLU: the branch may also take away."),
    mark(
        "Add to what the branch made, which nobody else keeps: out += identity, or out + identity."
    ),
    mark("Ask the classifier that is replaced how many features it reads."),
    mark("Average over 2×2 first, as ResNet-D does; or know what is skipped."),
    mark("Average over the whole map, whatever its size: AdaptiveAvgPool2d((1, 1))."),
    mark("bias=False before BN, which has a bias of its own; BN after the projection too."),
    mark("Build what is asked for, and run every class that is published."),
    mark("CIFAR's images are 32×32: resnet18 takes images of any size."),
    mark(
        "conv3x3 is a class that inherits from Conv2d; what it gives is as large as what it gets."
    ),
    mark("Convolutions with their usual bias, and a bare 1×1 convolution for the shortcut."),
    mark("End the branch like every other layer, with a ReLU; then add."),
    mark("Every convolution of a bottleneck gets padding=1, the 1×1 ones too."),
    mark("identity = x keeps the input for the sum."),
    mark("list.insert changes the list and returns None: build the list, then compose it."),
    mark('load("") loads CIFAR-10, says the comment beside it.'),
    mark("Make each block inside the loop."),
    mark("Measure the weights that are in the file, or quote who did."),
    mark("Name the weights, and take the transform that belongs to them."),
    mark("net.eval() makes BN use its running statistics, and leaves them alone."),
    mark("One name for one thing: conv3 ends the branch, downsample is the shortcut."),
    mark("One ReLU serves the whole block: hook the block, or a BN, each of which is called once."),
    mark(
        "Only stride 1 keeps the size: a side of n becomes (n + 2·padding - kernel) // stride + 1."
    ),
    mark("Option A adds out - in channels: half of them before, the rest after."),
    mark(
        "Option A has no parameters, so it does not matter to trained weights where its "
        "zeros stand."
    ),
    mark("Option A: pad planes // 4 zero channels on either side, for any number of planes."),
    mark("padding = (kernel_size - 1) // 2, which is 0 for a 1×1 convolution."),
    mark("planes × block.expansion leave: 1 × in a basic block, 4 × in a bottleneck."),
    mark("pretrained=True loads the best weights, and model_urls says from where."),
    mark(
        "Refuse a name that is not known, and let the images say how many channels the stem reads."
    ),
    mark("Resize first: insert it at the front of the list of transforms."),
    mark(
        "ResNet is the class; the functions build it, and are five, without ResNeXt and "
        "Wide ResNet."
    ),
    mark("ResNet-50 is made of the deeper blocks."),
    mark("self.conv3 ends the branch; then the same name is given to the shortcut."),
    mark(
        "State the unit, a multiply-add or each half of it, and the variant: v1, or "
        "torchvision's v1.5."
    ),
    mark("Ten classes instead of a thousand: the classifier reads 512 features."),
    mark("The branch halves the map; the shortcut only changes the channels."),
    mark("The last map is 7×7, so average over 7×7."),
    mark("The library defines six ResNets: six names in __all__ begin with it."),
    mark("The paper says 3.8 GFLOPs for ResNet-50; the counter says more than twice that."),
    mark(
        "The paper's CIFAR nets: a 3×3 stem, 6n + 2 layers, widths 16, 32 and 64, the last map 8×8."
    ),
    mark(
        "The ReLU after it works in place, and so does out += identity: store out.detach().clone()."
    ),
    mark("The same stride on both ways."),
    mark("The second argument of _make_layer is the number of channels that leave the stage."),
    mark("The sum is taken element by element: W × H × C, and C = planes × expansion."),
    mark("The zeros stand where they stood in training: here, half before and half after."),
    mark("They are logits: softmax over the classes, once."),
    mark("Three blocks in a row: [block] * 3."),
    mark("torch.no_grad() is all that inference needs."),
    mark("Two paths of 64 channels meet, so 128 leave: W × H × (channel1 + channel2)."),
    mark("What the network gives are probabilities."),
    mark("Whether there is a shortcut module: if self.downsample."),
    mark("x += f(x) saves memory."),
)
COMMENT = re.compile(r'(?<=  # ).+$|(?<=\A""").+(?="""$)', re.MULTILINE)


def commented(program: str) -> str:
    """A program with its comments and its first line in the chosen language; it runs as before."""
    return COMMENT.sub(lambda found: tr(found[0]), program)
