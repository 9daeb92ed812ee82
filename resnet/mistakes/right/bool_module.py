"""A module has a length where it is a container: ask whether it is None."""

from torch import nn

for downsample in (nn.Conv2d(64, 64, 1), nn.Sequential(), nn.Identity(), None):
    if downsample is not None:
        print(type(downsample).__name__, "is used")
    else:
        print(downsample, "is skipped")
