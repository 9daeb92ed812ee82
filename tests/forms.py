"""The forms in which people have residual networks, each as its own library makes it: read, or not.

`python -m tests.forms` builds each with random weights, reads it as a stranger's file, compares
logits with those of the network that it was taken from, and prints the table; `--write` puts it
into the guide. The exit status is 1 where one is read wrongly.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import timm
import torch
from pytorchcv.model_provider import get_model
from safetensors.torch import save as save_safetensors
from timm.models.resnet import BasicBlock, ResNet
from torch import Tensor, nn
from torchvision.models import resnet as torchvision_resnet
from transformers import ResNetConfig, ResNetForImageClassification, ResNetModel, TimmWrapperConfig
from transformers import TimmWrapperForImageClassification as TimmWrapper

from resnet.weights.given.owner_says import Given
from resnet.weights.loading import load_classifier
from resnet.weights.reading.infer_spec import CheckpointError
from tests.checkpoints import saved

TOLERANCE = 1e-4  # of the largest logit, or feature
DOCUMENT = Path(__file__).parents[1] / "docs" / "forms.md"
_BEGIN = "<!-- python -m tests.forms -->"
_NARROW = {"layers": (1, 1, 1, 1), "channels": (8, 16, 24, 32), "num_classes": 5}
Named = dict[str, Tensor]


@dataclass(frozen=True)
class Form:
    """A network of a library, how its weights are written, and what has to be said of them."""

    title: str
    make: Callable[[], nn.Module]
    write: Callable[[Named], object] = lambda state: state
    ending: str = "pth"
    size: int = 64
    said: Given = field(default_factory=Given)
    saying: str = ""


@dataclass(frozen=True)
class Result:
    """The largest difference of logits, or of a trunk's pooled features, as a share of the largest.

    Or why there is none.
    """

    error: float | None = None
    refusal: str = ""
    trunk: bool = False

    @property
    def right(self) -> bool:
        """Whether it was read as what it is."""
        return self.error is not None and self.error <= TOLERANCE


def read(form: Form) -> Result:
    """Build, write, read and compare. A form that is not read has its refusal."""
    torch.manual_seed(0)
    model = _lively(form.make())
    data = _as_bytes(form.write(dict(model.state_dict())), form.ending)
    try:
        classifier = load_classifier(f"net.{form.ending}", data=data, given=form.said)
    except CheckpointError as error:
        return Result(refusal=str(error))
    images = torch.randn(2, 3, form.size, form.size)
    with torch.inference_mode():
        theirs, ours = model(images), classifier.model(images)
    theirs = getattr(theirs, "logits", getattr(theirs, "pooler_output", theirs)).flatten(1)
    error = ((ours - theirs).abs().max() / theirs.abs().max()).item()
    return Result(error, trunk="predictions" in classifier.lacks)


def _as_bytes(content: object, ending: str) -> bytes:
    if isinstance(content, bytes):
        return content
    return save_safetensors(content) if ending == "safetensors" else saved(content)


@torch.no_grad()
def _lively(model: nn.Module) -> nn.Module:
    """Normalisations as after training, so that an order of theirs shows; in eval mode."""
    for part in model.modules():
        if getattr(part, "running_mean", None) is not None:
            part.running_mean.normal_(0, 0.1)
            part.running_var.uniform_(0.5, 1.5)
            part.weight.uniform_(0.5, 1.5)
            part.bias.normal_(0, 0.1)
    return model.eval()


def _timm(name: str, **changes: object) -> Callable[[], nn.Module]:
    return lambda: timm.create_model(name, **changes)


def _narrow() -> nn.Module:
    return ResNet(BasicBlock, **_NARROW)


def _pytorchcv(name: str) -> Callable[[], nn.Module]:
    return lambda: get_model(name)


def _under(prefix: str) -> Callable[[Named], Named]:
    return lambda state: {prefix + key: tensor for key, tensor in state.items()}


def _renamed(*pairs: tuple[str, str]) -> Callable[[Named], Named]:
    def write(state: Named) -> Named:
        for old, new in pairs:
            state = {key.replace(old, new): tensor for key, tensor in state.items()}
        return state

    return write


def _mmpretrain(state: Named) -> Named:
    return _renamed(("backbone.fc", "head.fc"))(_under("backbone.")(state))


def _sequential(place: str, head: str) -> Callable[[Named], Named]:
    """torchvision's children in a Sequential that stands at a place, and the classifier's."""
    numbers = {"conv1": "0", "bn1": "1", **{f"layer{i}": str(i + 3) for i in range(1, 5)}}

    def name(key: str) -> str:
        child, _, rest = key.partition(".")
        return f"{head}.{rest}" if child == "fc" else f"{place}{numbers[child]}.{rest}"

    return lambda state: {name(key): tensor for key, tensor in state.items()}


def _fastai(state: Named) -> Named:
    """Its classifier: BN, linear, BN, linear behind both kinds of pooling."""
    trunk = _sequential("0.", "")({k: v for k, v in state.items() if not k.startswith("fc.")})
    head = {"1.2.weight": torch.ones(64), "1.4.weight": torch.ones(8, 64)}
    return trunk | head | {"1.6.weight": torch.ones(8), "1.8.weight": torch.ones(5, 8)}


def _lightning(state: Named) -> dict[str, object]:
    beside = {"loss.weight": torch.ones(5), "val_acc.confmat": torch.ones(5, 5)}
    return {"state_dict": _under("net.")(state) | beside, "epoch": 3, "hyper_parameters": {"lr": 1}}


def _ema(state: Named) -> dict[str, object]:
    averaged = {key: tensor * 2 for key, tensor in state.items()}
    return {"state_dict": averaged, "state_dict_ema": state, "epoch": 3}


def _mlp(state: Named) -> Named:
    return _renamed(("fc.", "fc.2."))(state) | {"fc.0.weight": torch.ones(32, 32)}


def _folder(state: Named) -> bytes:
    buffer = BytesIO()
    with ZipFile(buffer, "w") as archive:
        archive.writestr("resnet/model.safetensors", save_safetensors(state))
        archive.writestr("resnet/README.md", "A model card.")
    return buffer.getvalue()


def _scripted(state: Named) -> bytes:
    buffer = BytesIO()
    torch.jit.save(torch.jit.script(nn.Linear(2, 2)), buffer)
    return buffer.getvalue()


class _Kuangliu(nn.Module):
    """A CIFAR network by the names of github.com/kuangliu/pytorch-cifar."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = torchvision_resnet.ResNet(torchvision_resnet.BasicBlock, [1, 1, 1, 1], 10)
        self.inner.conv1 = nn.Conv2d(3, 64, 3, padding=1, bias=False)
        self.inner.maxpool = nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        return self.inner(x)


def _said(fields: str) -> dict[str, object]:
    return {"said": Given(network=fields), "saying": f"--read-as {fields}"}


_TRUNK = {"said": Given(part="trunk"), "saying": "--part trunk"}
_V1 = _said("stride_on=1x1")
_DILATED = _said("strides=1,2,1,1&dilations=1,1,2,4")
_HF = {"hidden_sizes": [8, 16, 24, 32], "depths": [1, 1, 1, 1], "embedding_size": 8}
FORMS = (
    Form("torchvision, resnet18", torchvision_resnet.resnet18),
    Form("torchvision, replace_stride_with_dilation", lambda: _dilated(), **_DILATED),
    Form("torchvision's names, convolutions with a bias (Keras)", lambda: _biased()),
    Form("timm, resnet18", _timm("resnet18", **_NARROW), ending="safetensors"),
    Form("timm, resnet26d (d)", _timm("resnet26d", **_NARROW)),
    Form("timm, resnet50c (c)", _timm("resnet50c", **_NARROW)),
    Form("timm, resnet50s (s)", _timm("resnet50s", **_NARROW)),
    Form("timm, resnet10t (t)", _timm("resnet10t", **_NARROW)),
    Form("timm, resnet26t (t)", _timm("resnet26t", **_NARROW)),
    Form("timm, seresnet50", _timm("seresnet50", **_NARROW)),
    Form("timm, ecaresnet50d", _timm("ecaresnet50d", **_NARROW)),
    Form("timm, ecaresnet26t", _timm("ecaresnet26t", **_NARROW)),
    Form("timm, seresnext26d_32x4d", _timm("seresnext26d_32x4d", layers=(1, 1, 1, 1))),
    Form("timm, resnetrs50", _timm("resnetrs50", **_NARROW)),
    Form("timm, resnet50_gn", _timm("resnet50_gn", layers=(1, 1, 1, 1))),
    Form("timm, resnetaa34d", _timm("resnetaa34d", **_NARROW), **_said("antialias=average")),
    Form("timm, resnetaa50d", _timm("resnetaa50d", **_NARROW), **_said("antialias=average")),
    Form("timm, resnetblur18", _timm("resnetblur18", **_NARROW), **_said("antialias=binomial")),
    Form("timm, resnetblur50", _timm("resnetblur50", **_NARROW), **_said("antialias=binomial")),
    Form("timm, legacy_seresnet18", _timm("legacy_seresnet18")),
    Form("timm, legacy_seresnext26_32x4d", _timm("legacy_seresnext26_32x4d")),
    Form("timm, legacy_seresnet50 (v1)", _timm("legacy_seresnet50"), **_V1),
    Form("timm, legacy_senet154", _timm("legacy_senet154")),
    Form("timm, resnetv2_18", _timm("resnetv2_18")),
    Form("timm, resnetv2_50", _timm("resnetv2_50", layers=(1, 1, 1, 1))),
    Form("timm, resnetv2_50d", _timm("resnetv2_50d", layers=(1, 1, 1, 1))),
    Form("timm, resnetv2_50t", _timm("resnetv2_50t", layers=(1, 1, 1, 1))),
    Form("timm, resnetv2_50d_gn", _timm("resnetv2_50d_gn", layers=(1, 1, 1, 1))),
    Form("timm, resnetv2_50x1_bit", _timm("resnetv2_50x1_bit")),
    Form("timm, skresnet18", _timm("skresnet18")),
    Form("timm, resnest14d", _timm("resnest14d")),
    Form(
        "transformers, ResNet of basic blocks",
        lambda: ResNetForImageClassification(ResNetConfig(layer_type="basic", **_HF)),
        ending="bin",
    ),
    Form(
        "transformers, ResNet of bottlenecks",
        lambda: ResNetForImageClassification(ResNetConfig(**_HF)),
        ending="safetensors",
    ),
    Form(
        "transformers, ResNet of basic blocks, downsample_in_first_stage",
        lambda: ResNetForImageClassification(
            ResNetConfig(layer_type="basic", downsample_in_first_stage=True, **_HF)
        ),
    ),
    Form("transformers, TimmWrapper", lambda: _wrapped(), ending="safetensors"),
    Form("pytorchcv, resnet20_cifar10", _pytorchcv("resnet20_cifar10"), size=32),
    Form("pytorchcv, preresnet20_cifar10", _pytorchcv("preresnet20_cifar10"), size=32),
    Form("pytorchcv, seresnet20_cifar10", _pytorchcv("seresnet20_cifar10"), size=32),
    Form("pytorchcv, resnet10", _pytorchcv("resnet10"), size=224),
    Form("pytorchcv, resnetbc14b (v1.5)", _pytorchcv("resnetbc14b"), size=224),
    Form("pytorchcv, resnet50 (v1)", _pytorchcv("resnet50"), size=224, **_V1),
    Form("pytorchcv, preresnet10", _pytorchcv("preresnet10"), size=224),
    Form("pytorchcv, resneta10", _pytorchcv("resneta10"), size=224),
    Form("pytorchcv, resnetd50b (dilated)", _pytorchcv("resnetd50b"), size=224),
    Form(
        "kuangliu and akamaster, CIFAR",
        _Kuangliu,
        _renamed(("inner.", ""), ("downsample", "shortcut"), ("fc.", "linear.")),
        "pth.tar",
        size=32,
    ),
    Form("MMPretrain, ResNet", _narrow, _mmpretrain),
    Form("fastai, its head of two layers", _narrow, _fastai),
    Form("torchvision's children in a Sequential", _narrow, _sequential("", "9")),
    Form("Lightning, a loss and a metric beside", _narrow, _lightning, "ckpt"),
    Form("DataParallel", _narrow, _under("module."), "th"),
    Form("torch.compile", _narrow, _under("_orig_mod."), "pt"),
    Form("a moving average beside raw weights", _narrow, _ema),
    Form(
        "the same, one of them said", _narrow, _ema,
        said=Given(part="state_dict_ema"), saying="--part state_dict_ema",
    ),
    Form("head of Dropout and linear layer", _narrow, _renamed(("fc.", "fc.1."))),
    Form("head without bias", lambda: _unbiased(), ending="safetensors"),
    Form("head of two layers (MLP)", _narrow, _mlp),
    Form("trunk, timm's num_classes=0", _timm("resnet18", **_NARROW | {"num_classes": 0})),
    Form("trunk, timm's resnetv2", _timm("resnetv2_18", num_classes=0)),
    Form("trunk, torchvision's with fc = Identity", lambda: _headless()),
    Form("trunk, transformers' ResNetModel", lambda: ResNetModel(ResNetConfig(**_HF))),
    Form("trunk, MMPretrain's backbone", lambda: _headless(), _under("backbone.")),
    Form("trunk of fastai's, its head aside", lambda: _headless(), _fastai, **_TRUNK),
    Form("trunk of an MLP's, its head aside", lambda: _headless(), _mlp, **_TRUNK),
    Form("more than a network (a neck)", _narrow, lambda s: _under("net.")(s) | {"neck": _ONE}),
    Form("folder of Hugging Face or timm, as a zip", _narrow, _folder, "zip"),
    Form("TorchScript", _narrow, _scripted, "pt"),
)  # fmt: skip
_ONE = torch.ones(1)


def _wrapped() -> nn.Module:
    narrow = {name: value for name, value in _NARROW.items() if name != "num_classes"}
    config = TimmWrapperConfig(architecture="resnet18", num_labels=5, model_args=narrow)
    return TimmWrapper(config)


def _dilated() -> nn.Module:
    bottleneck = torchvision_resnet.Bottleneck
    dilated = [False, True, True]
    return torchvision_resnet.ResNet(
        bottleneck, [1, 2, 1, 2], 5, replace_stride_with_dilation=dilated
    )


def _biased() -> nn.Module:
    model = _narrow()
    for part in model.modules():
        if isinstance(part, nn.Conv2d):
            part.bias = nn.Parameter(torch.randn(part.out_channels))
    return model


def _headless() -> nn.Module:
    model = _narrow()
    model.fc = nn.Identity()
    return model


def _unbiased() -> nn.Module:
    model = _narrow()
    model.fc = nn.Linear(32, 5, bias=False)
    return model


def table(results: list[tuple[Form, Result]], measured: bool = False) -> Iterator[str]:
    """The table as Markdown, with what was measured if wanted."""
    yield "| form | ending | result |"
    yield "|---|---|---|"
    for form, result in results:
        yield f"| {form.title} | .{form.ending} | {_words(form, result, measured)} |"


def _words(form: Form, result: Result, measured: bool) -> str:
    if result.error is None:
        return f"refused: {result.refusal}"
    said = f", with `{form.saying}`" if form.saying else ""
    exact = f" ({result.error:.0e})" if measured else ""
    read = "read as a trunk" if result.trunk else "read"
    return f"{read}{said}{exact}" if result.right else f"**read wrongly**{said}{exact}"


def documented(lines: Iterable[str]) -> str:
    """The guide's page with these lines as its table."""
    page = DOCUMENT.read_text("utf-8")
    return f"{page.partition(_BEGIN)[0]}{_BEGIN}\n\n" + "\n".join(lines) + "\n"


def main() -> None:
    results = [(form, read(form)) for form in FORMS]
    print("\n".join(table(results, measured=True)))  # noqa: T201
    if "--write" in sys.argv:
        DOCUMENT.write_text(documented(table(results)), "utf-8")
    sys.exit(any(result.error is not None and not result.right for _, result in results))


if __name__ == "__main__":
    main()
