"""What workers share from their beginning: imported once, in the process that they are forked from.

Nothing is computed here, since threads do not survive a fork.
"""

import gc

import torch  # noqa: F401
import torchvision.models  # noqa: F401

import resnet.maps.explain
import resnet.residual.flow.recording
import resnet.weights.loading  # noqa: F401

gc.collect()
gc.freeze()  # to be looked through is to be written to, and no longer shared
