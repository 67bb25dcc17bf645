"""Who calls, writes, visits and buys, and why: generators that sleep until their next moment.

A journey yields the epoch at which it wants to go on; the agenda wakes it then.
"""
