"""Trees that grow and break, and the question who is at the root, however deep they are.

Sleator and Tarjan's link-cut trees: each tree is kept as paths, each path as a splay tree in
order of depth, the shallowest leftmost.  Each step takes logarithmic time, taken together; to
link a node that has nothing below it takes next to none.
"""

# ruff: noqa: SLF001  (nodes work on each other)


class Node:
    """One node: the root of a tree of its own until it is linked."""

    __slots__ = ("_left", "_right", "_up")

    def __init__(self) -> None:
        self._up: Node | None = None  # in its path; of a path's top, the node that it hangs from
        self._left: Node | None = None
        self._right: Node | None = None

    @property
    def root(self) -> "Node":
        """The node at the top of the tree."""
        self._expose()
        node = self
        while node._left is not None:
            node = node._left
        node._splay()
        return node

    def link(self, parent: "Node") -> None:
        """Hang a root below a node of another tree."""
        self._expose()
        self._up = parent

    def cut(self) -> None:
        """Break from the parent."""
        self._expose()
        if self._left is not None:
            self._left._up = None
            self._left = None

    def _expose(self) -> None:
        """Make a path of the way to the root, with this node at the path's top and end."""
        below: Node | None = None
        node: Node | None = self
        while node is not None:
            node._splay()
            node._right = below
            below, node = node, node._up
        self._splay()

    def _splay(self) -> None:
        """Rise to the top of the path's tree."""
        while (up := self._above()) is not None:
            top = up._above()
            if top is not None:
                is_straight = (top._left is up) is (up._left is self)
                (up if is_straight else self)._rise()
            self._rise()

    def _rise(self) -> None:
        """Take the place of the node above, which goes below."""
        up = self._above()
        if up is None:
            return
        top = up._up
        if top is not None and top._left is up:
            top._left = self
        elif top is not None and top._right is up:
            top._right = self
        if up._left is self:
            moved = up._left = self._right
            self._right = up
        else:
            moved = up._right = self._left
            self._left = up
        if moved is not None:
            moved._up = up
        up._up, self._up = self, top

    def _above(self) -> "Node | None":
        """Return the node above in the same path's tree."""
        up = self._up
        return up if up is not None and (up._left is self or up._right is self) else None
