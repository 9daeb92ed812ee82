"""An ONNX file answers as its module does."""

import numpy as np
import onnxruntime
import torch

from resnet import ResNetSpec


def runtime(data: bytes) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])


def gives_the_same(
    data: bytes, model: torch.nn.Module, spec: ResNetSpec, size: tuple[int, int] | None = None
) -> None:
    session = runtime(data)
    for batch in (1, 3):  # its batch axis is free
        images = torch.randn(batch, spec.in_channels, *(size or spec.input_size))
        with torch.inference_mode():
            expected = model.eval()(images).numpy()
        (said,) = session.run(["logits"], {"image": images.numpy()})
        assert np.allclose(said, expected, rtol=1e-4, atol=1e-4)
