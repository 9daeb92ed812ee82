"""What is seen of pictures with an alpha channel."""

import numpy as np


def premultiplied(rgba: np.ndarray) -> np.ndarray:
    """Colours times their alpha, and the alpha: what is seen of them."""
    rgba = rgba.astype(float)
    return np.concatenate([rgba[..., :3] * rgba[..., 3:] / 255, rgba[..., 3:]], -1)
