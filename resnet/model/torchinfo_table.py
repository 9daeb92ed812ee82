"""torchinfo's own table of a network, to stand beside ours."""

from __future__ import annotations

from resnet.network.spec import ResNetSpec


def torchinfo_text(spec: ResNetSpec) -> str:
    """torchinfo's own table of the built module, made on the meta device: no memory is taken."""
    import torchinfo

    from resnet.model.module import build

    size = (1, spec.in_channels, *spec.input_size)
    columns = ("output_size", "kernel_size", "num_params", "mult_adds")
    model = build(spec, device="meta").eval()
    return str(torchinfo.summary(model, size, device="meta", depth=4, col_names=columns, verbose=0))
