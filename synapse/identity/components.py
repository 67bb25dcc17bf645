"""Connected components over arrays, by pointer jumping."""

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]


def components(count: int, left: Integers, right: Integers) -> Integers:
    """Label the nodes of an undirected graph by component.

    Each round hangs the roots of both ends of an edge under the smaller one and flattens the trees, as in
    Shiloach and Vishkin, *An O(log n) parallel connectivity algorithm* (1982), done over whole arrays.

    Args:
        count: Number of nodes, 0 … count - 1.
        left: One end of each edge, shape (edges,).
        right: The other end, shape (edges,).

    Returns:
        For each node the smallest node of its component, shape (count,).
    """
    parent = np.arange(count, dtype=np.int64)
    while left.size:
        left, right = parent[left], parent[right]
        apart = left != right
        left, right = left[apart], right[apart]
        np.minimum.at(parent, np.maximum(left, right), np.minimum(left, right))
        while True:
            grandparent = parent[parent]
            if np.array_equal(grandparent, parent):
                break
            parent = grandparent
    return parent
