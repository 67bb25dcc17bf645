"""Object storage behind one interface, chosen by URL."""

from synapse.storage.contract import ObjectInfo, ObjectStore
from synapse.storage.opening import open_store

__all__ = ["ObjectInfo", "ObjectStore", "open_store"]
