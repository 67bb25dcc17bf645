"""Who can be known to be the same: identifiers that were seen together in one record."""

Identifier = tuple[str, str]


class Links:
    """Union-find over identifiers; an identifier that was never joined stands for itself."""

    def __init__(self) -> None:
        self._parent: dict[Identifier, Identifier] = {}

    def join(self, *seen: Identifier) -> None:
        """Record that these identifiers stood in one record."""
        if len(seen) < 2:
            return
        first = self.find(seen[0])
        for other in seen[1:]:
            root = self.find(other)
            if root != first:
                self._parent[root] = first

    def find(self, identifier: Identifier) -> Identifier:
        """The identifier that stands for the whole group."""
        root = identifier
        while (above := self._parent.get(root)) is not None:
            root = above
        while identifier != root:
            above = self._parent[identifier]
            self._parent[identifier] = root
            identifier = above
        return root
