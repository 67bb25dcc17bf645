"""A simulated company's files in the foreign formats, with the truth beside them.

``generate.py`` drives; ``journeys/`` decide who calls, writes, visits and buys; ``switchboard.py`` decides
who answers; ``asterisk/``, ``web.py``, ``telegram.py``, ``onec.py`` write as the foreign programs write;
``truth.py`` keeps what really happened.
"""
