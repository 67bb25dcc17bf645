"""Whose voice is on which channel.

Two rules, in this order:

1. A recording that MixMonitor split into ``-in`` and ``-out`` is told apart by the call's direction: ``-in``
   (channel 0 here) is what came from the channel that was recorded. On an inbound call that is the client,
   on an outbound call the agent; where the direction is unknown or internal, the recorded channel is taken
   as the client's, because recordings usually begin on the incoming channel.
2. A stereo file follows the setting ``asr.agent_channel``: ``left`` and ``right`` mean what they say,
   whatever the direction, for set-ups that place the agent on a fixed side; ``by_direction`` treats left like
   ``-in`` and right like ``-out`` above.

One channel that holds both people is ``unknown``; a single half of a split recording is its own side.
"""

from typing import Literal

AgentChannel = Literal["left", "right", "by_direction"]


def speakers_of(
    channels: int, *, is_split: bool, side: str | None, direction: str | None, agent_channel: AgentChannel
) -> list[str]:
    """Name the speaker of each channel.

    Args:
        channels: 1 or 2.
        is_split: The channels come from two files, ``-in`` first.
        side: ``in`` or ``out`` when only that half is there.
        direction: ``inbound``, ``outbound``, ``internal`` or None.
        agent_channel: The setting.

    Returns:
        ``agent``, ``client`` or ``unknown`` for each channel.
    """
    recorded, other = ("agent", "client") if direction == "outbound" else ("client", "agent")
    if channels == 1:
        if side is None:
            return ["unknown"]
        return [recorded if side == "in" else other]
    if is_split or agent_channel == "by_direction":
        return [recorded, other]
    return ["agent", "client"] if agent_channel == "left" else ["client", "agent"]
