"""Colours of maps: blue against and orange for, or one sequence in which lightness says how much.

The sequences are perceptually uniform: equal steps of evidence look equal, to colour-blind eyes
too. viridis and magma: S. van der Walt and N. Smith, 2015, CC0. cividis: Nuñez et al. 2018
(doi:10.1371/journal.pone.0199239). A rainbow would draw edges where there are none
(Borland and Taylor 2007, doi:10.1109/MCG.2007.323435), so there is none here.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SIGNED = "signed"
# Blue against, orange for, told apart by colour-blind eyes; each from its faintest to its fullest.
AGAINST = "#78b4e1 #083c82"
FOR = "#ffbe5a #be3200"
SEQUENCES = {  # at equal distances from 0 to 1, straight lines between them
    "cividis": (
        "#00224e #002e6a #1a386f #32436d #434e6c #535a6d #61656f #6f7073 #7d7c78 "
        "#8b8778 #9a9376 #aaa073 #bbad6d #ccba64 #ddc858 #efd748 #fee838"
    ),
    "magma": (
        "#000004 #0a0822 #1d1147 #36106b #51127c #6a1c81 #832681 #9c2e7f #b73779 "
        "#cf4070 #e55064 #f4695c #fb8761 #fea571 #fec287 #fde0a1 #fcfdbf"
    ),
    "viridis": (
        "#440154 #48186a #472d7b #424086 #3b528b #33638d #2c728e #26828e #21918c "
        "#1f9f88 #27ad81 #3dbc74 #5cc863 #81d34d #aadc32 #d5e21a #fde725"
    ),
}
COLOURS = (SIGNED, *SEQUENCES)


def colours(share: NDArray[np.float32], name: str) -> NDArray[np.float32]:
    """RGB (…, 3) in 0..255 of shares (…), -1..1, of the fullest value; a sequence begins at 0.

    Raises KeyError for a name that is not in `COLOURS`.
    """
    if name != SIGNED:
        return _along(np.clip(share, 0, 1), SEQUENCES[name])
    against, depth = (share < 0)[..., None], np.abs(share)[..., None].astype(np.float64)
    faint, full = (
        np.where(against, *ends) for ends in zip(_stops(AGAINST), _stops(FOR), strict=True)
    )
    return (faint + depth * (full - faint)).astype(np.float32)


def _stops(words: str) -> NDArray[np.float32]:
    """Colours (n, 3) in 0..255."""
    return np.array([tuple(bytes.fromhex(stop[1:])) for stop in words.split()], np.float32)


def _along(share: NDArray[np.float32], words: str) -> NDArray[np.float32]:
    rgb = _stops(words)
    at = np.linspace(0, 1, len(rgb))
    channels = [np.interp(share, at, rgb[:, i]) for i in range(3)]
    return np.stack(channels, axis=-1).astype(np.float32)
