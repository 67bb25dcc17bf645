"""``/branding.css``: the company's accent colour as a style sheet, since pages allow no inline styles."""

import re

from fastapi import APIRouter, Response

router = APIRouter(include_in_schema=False)

_COLOUR = re.compile(r"[0-9a-f]{6}")
_BRIGHT = 0.36


def accent_sheet(colour: str) -> str:
    """The style sheet of an accent colour given as six hexadecimal digits.

    Text on the accent is white or nearly black, whichever reads better; on dark pages the accent is
    lightened so that links stay readable.
    """
    ink = "#10131a" if _luminance(colour) > _BRIGHT else "#ffffff"
    light = (
        f"--accent:#{colour};--accent-ink:{ink};--accent-soft:color-mix(in srgb,#{colour} 11%,var(--card));"
    )
    dark = (
        f"--accent:color-mix(in srgb,#{colour} 62%,white);--accent-ink:#10131a;"
        f"--accent-soft:color-mix(in srgb,#{colour} 24%,var(--card));"
    )
    return (
        f":root{{{light}--chart-accent:#{colour}}}"
        f'@media (prefers-color-scheme:dark){{:root[data-theme="auto"]{{{dark}}}}}'
        f':root[data-theme="dark"]{{{dark}}}'
    )


def _luminance(colour: str) -> float:
    """Relative luminance of WCAG 2.2, 0 to 1."""

    def linear(channel: int) -> float:
        share = channel / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(int(colour[at : at + 2], 16)) for at in (0, 2, 4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@router.get("/branding/{colour}.css")
def branding(colour: str) -> Response:
    """Serve the sheet of a colour; it never changes."""
    if _COLOUR.fullmatch(colour) is None:
        return Response("", media_type="text/css", status_code=404)
    return Response(
        accent_sheet(colour),
        media_type="text/css",
        headers={"Cache-Control": "public, max-age=31536000, immutable"},
    )
