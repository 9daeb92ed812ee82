"""The networks of a session in their order, so that any change is undone and done again."""

from __future__ import annotations

from dataclasses import dataclass, replace

from resnet.network.spec import ResNetSpec

KEPT = 200  # networks; one takes a kilobyte


@dataclass(frozen=True)
class History:
    """The networks that were on show, and the place among them of the one that is."""

    networks: tuple[ResNetSpec, ...]
    at: int = 0

    @property
    def now(self) -> ResNetSpec:
        """The network on show."""
        return self.networks[self.at]

    def has(self, steps: int) -> bool:
        """Whether there is a network so many steps later; before, where negative."""
        return 0 <= self.at + steps < len(self.networks)

    def moved(self, steps: int) -> History:
        """The network so many steps later on show, or this one where there is none."""
        return replace(self, at=self.at + steps) if self.has(steps) else self

    def changed(self, spec: ResNetSpec) -> History:
        """Another network on show, after this one and in place of those that were undone."""
        if spec == self.now:
            return self
        networks = (*self.networks[: self.at + 1], spec)[-KEPT:]
        return History(networks, len(networks) - 1)

    def arrived(self, spec: ResNetSpec) -> History:
        """A network that an address brings: the nearest place that has it, else a change.

        So the browser's way back is an undo.
        """
        places = [place for place, network in enumerate(self.networks) if network == spec]
        if not places:
            return self.changed(spec)
        return replace(self, at=min(places, key=lambda place: abs(place - self.at)))
