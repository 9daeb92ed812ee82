"""The modules besides convolutions that a network's block may use, as PyTorch source."""

from __future__ import annotations

from resnet.export.source_text import module
from resnet.network.spec import ResNetSpec


def zero_pad(stride: bool) -> str:
    """Option A's shortcut, with a stride or without."""
    steps = "every stride-th pixel, zero channels" if stride else "zero channels"
    init = ["self.stride = stride"] * stride + ["more = out_channels - in_channels"]
    init += ["self.padding = (0, 0, 0, 0, more // 2, more - more // 2)"]
    forward = ["x = x[:, :, :: self.stride, :: self.stride]"] * stride
    return module(
        "ZeroPad",
        f"A shortcut without parameters: {steps} on both sides.",
        ["in_channels: int", "out_channels: int"] + ["stride: int"] * stride,
        init,
        [*forward, "return F.pad(x, self.padding)"],
    )


def squeeze_excitation(spec: ResNetSpec) -> str:
    """Gates of two layers, with the spec's rule for the width between them."""
    ratio, least = spec.se_reduction, min(spec.stage_channels)
    squeezed = f"channels // {ratio}" if least >= ratio else f"max(1, channels // {ratio})"
    if (step := spec.se_divisor) > 1:
        squeezed = f"max({step}, (channels // {ratio} + {step // 2}) // {step} * {step})"
    return module(
        "SqueezeExcitation",
        "A gate for each channel, computed from the means of all (arXiv:1709.01507).",
        ["channels: int"],
        [
            f"squeezed = {squeezed}",
            "self.fc1 = nn.Conv2d(channels, squeezed, 1)",
            "self.fc2 = nn.Conv2d(squeezed, channels, 1)",
        ],
        [
            "means = F.adaptive_avg_pool2d(x, 1)  # (N, C, 1, 1)",
            "gates = torch.sigmoid(self.fc2(F.relu(self.fc1(means))))",
            "return x * gates",
        ],
    )


def channel_attention() -> str:
    """Gates of one convolution along the channels."""
    return module(
        "ChannelAttention",
        "A gate for each channel, from the means of its neighbours (arXiv:1910.03151).",
        ["channels: int"],
        [
            "kernel = max(channels.bit_length() // 2 | 1, 3)",
            "self.conv = nn.Conv1d(1, 1, kernel, padding=kernel // 2, bias=False)",
        ],
        [
            "means = x.mean((2, 3)).unsqueeze(1)  # (N, 1, C)",
            "gates = torch.sigmoid(self.conv(means))",
            "return x * gates[:, 0, :, None, None]",
        ],
    )


def still_pool() -> str:
    """What stands before option D's projection where a stage is dilated."""
    return module(
        "StillPool",
        "The mean of 2×2 at every pixel, over zeros at the right and below, as in timm.",
        [],
        [],
        ["return F.avg_pool2d(F.pad(x, (0, 1, 0, 1)), 2, 1)"],
    )


def blur() -> str:
    """The binomial filter."""
    return module(
        "Blur",
        "A binomial 3×3 on each channel, over mirrored edges (arXiv:1904.11486).",
        ["stride: int"],
        ["self.stride = stride"],
        [
            "channels, row = x.shape[1], x.new_tensor([1.0, 2.0, 1.0])",
            "weight = (row[:, None] * row / 16).expand(channels, 1, 3, 3)",
            'mirrored = F.pad(x, (1, 1, 1, 1), mode="reflect")',
            "return F.conv2d(mirrored, weight, stride=self.stride, groups=channels)",
        ],
    )
