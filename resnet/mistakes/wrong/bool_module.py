"""Whether there is a shortcut module: if self.downsample."""

from torch import nn

for downsample in (nn.Conv2d(64, 64, 1), nn.Sequential(), nn.Identity()):
    if downsample:
        print(type(downsample).__name__, "is used")
    else:
        print(type(downsample).__name__, "is skipped")
