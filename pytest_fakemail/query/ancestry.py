"""Trees that grow and break, and the question who is at the root, however deep they are.

Sleator and Tarjan's link-cut trees: each tree is kept as paths, each path as a splay tree in
order of depth, the shallowest leftmost.  Each step takes logarithmic time, taken together; to
link a node that has nothing below it takes next to none.

Nodes are numbers, for a mailbox has as many as messages, and so many objects would keep the
garbage collector busy for longer than a client likes to wait.
"""

_NONE = -1


class Forest:
    """Nodes from 0 on, each the root of a tree of its own until it is linked."""

    __slots__ = ("_left", "_right", "_up")

    def __init__(self) -> None:
        self._up: list[int] = []  # in its path; of a path's top, the node that it hangs from
        self._left: list[int] = []
        self._right: list[int] = []

    def grow(self) -> int:
        """Make one more node; return its number."""
        self._up.append(_NONE)
        self._left.append(_NONE)
        self._right.append(_NONE)
        return len(self._up) - 1

    def root(self, node: int) -> int:
        """Return the node at the top of the tree that this one is in."""
        self._expose(node)
        while self._left[node] != _NONE:
            node = self._left[node]
        self._splay(node)
        return node

    def link(self, node: int, parent: int) -> None:
        """Hang a root below a node of another tree."""
        if self._up[node] != _NONE or self._right[node] != _NONE:
            self._expose(node)
        self._up[node] = parent

    def cut(self, node: int) -> None:
        """Break a node from its parent."""
        self._expose(node)
        above = self._left[node]
        if above != _NONE:
            self._up[above] = _NONE
            self._left[node] = _NONE

    def _expose(self, node: int) -> None:
        """Make a path of the way to the root, with this node at the path's top and end."""
        below, above = _NONE, node
        while above != _NONE:
            self._splay(above)
            self._right[above] = below
            below, above = above, self._up[above]
        self._splay(node)

    def _splay(self, node: int) -> None:
        """Rise to the top of the path's tree."""
        while (up := self._above(node)) != _NONE:
            top = self._above(up)
            if top != _NONE:
                is_straight = (self._left[top] == up) is (self._left[up] == node)
                self._rise(up if is_straight else node)
            self._rise(node)

    def _rise(self, node: int) -> None:
        """Take the place of the node above, which goes below."""
        ups, left, right = self._up, self._left, self._right
        up = self._above(node)
        if up == _NONE:
            return
        top = ups[up]
        if top != _NONE and left[top] == up:
            left[top] = node
        elif top != _NONE and right[top] == up:
            right[top] = node
        if left[up] == node:
            moved = left[up] = right[node]
            right[node] = up
        else:
            moved = right[up] = left[node]
            left[node] = up
        if moved != _NONE:
            ups[moved] = up
        ups[up], ups[node] = node, top

    def _above(self, node: int) -> int:
        """Return the node above in the same path's tree."""
        up = self._up[node]
        return up if up != _NONE and node in (self._left[up], self._right[up]) else _NONE
