"""What may be the logo."""

import pytest

from synapse.settings.logo import LARGEST_BYTES, LogoRefusedError, check_logo

GOOD = (
    b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"><defs>'
    b'<linearGradient id="a"><stop offset="0" stop-color="#fff"/></linearGradient></defs>'
    b'<rect width="4" height="4" fill="url(#a)"/><!-- note --></svg>'
)


def _svg(inside: str, attributes: str = "") -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}>{inside}</svg>'.encode()


def test_pictures_are_known_by_their_content() -> None:
    assert check_logo(b"\x89PNG\r\n\x1a\n....").extension == "png"
    assert check_logo(b"\xff\xd8\xff\xe0....").extension == "jpg"
    assert check_logo(b"RIFF\x00\x00\x00\x00WEBPVP8 ").extension == "webp"
    logo = check_logo(GOOD)
    assert logo.extension == "svg"
    assert b"url(#a)" in logo.content
    assert b"note" not in logo.content, "only what was understood is kept"
    assert logo.key == check_logo(GOOD).key


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a",
        b"<html><svg></svg></html>",
        b"<svg",
        b"\x89PNG" + b"x" * 10,
        b"\x89PNG\r\n\x1a\n" + b"x" * LARGEST_BYTES,
        GOOD.decode().encode("utf-16"),
        b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg"/>',
        _svg("<script>alert(1)</script>"),
        _svg("<foreignObject><body xmlns='http://www.w3.org/1999/xhtml'/></foreignObject>"),
        _svg("<image href='https://evil.example/x.png'/>"),
        _svg("<a href='https://evil.example'><path/></a>"),
        _svg("<use href='https://evil.example/x.svg#a'/>"),
        _svg("<use xmlns:x='http://www.w3.org/1999/xlink' x:href='data:image/svg+xml,x'/>"),
        _svg("<animate attributeName='href' to='javascript:alert(1)'/>"),
        _svg("", 'onload="alert(1)"'),
        _svg("<rect style='fill:url(https://evil.example)'/>"),
        _svg("<style>@import '//evil.example/x.css';</style>"),
        _svg("<style>rect{fill:u\\rl(https://evil.example)}</style>"),
        _svg("<rect fill='url( \"http://evil.example\" )'/>"),
    ],
)
def test_everything_that_runs_loads_or_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(LogoRefusedError):
        check_logo(content)
