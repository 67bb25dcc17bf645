"""What SQL tests cannot see: is the data itself healthy?"""

from synapse.operations.health.looks import LOOKS, Finding, Look, examine

__all__ = ["LOOKS", "Finding", "Look", "examine"]
