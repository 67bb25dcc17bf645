"""The company's logo: pictures only, small, and an SVG only if nothing in it can run or reach outside."""

import hashlib
import io
import re
from dataclasses import dataclass
from xml.etree import ElementTree

from synapse.errors import SynapseError
from synapse.storage import ObjectStore

LARGEST_BYTES = 256 * 1024
_SVG = "http://www.w3.org/2000/svg"
_TAGS = frozenset(
    {
        "svg",
        "g",
        "path",
        "rect",
        "circle",
        "ellipse",
        "line",
        "polyline",
        "polygon",
        "text",
        "tspan",
        "defs",
        "linearGradient",
        "radialGradient",
        "stop",
        "clipPath",
        "mask",
        "symbol",
        "use",
        "title",
        "desc",
        "style",
    }
)
_REACHES_OUT = re.compile(r"(?i)url\(\s*['\"]?\s*(?!#)|@import|expression\(|javascript:|data:|https?:|//")
_KINDS = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp", "svg": "image/svg+xml"}


class LogoRefusedError(SynapseError):
    """A file cannot be the logo."""


@dataclass(frozen=True)
class Logo:
    """A checked picture.

    Attributes:
        content: Its bytes; an SVG is written anew from what was understood.
        extension: ``png``, ``jpg``, ``webp`` or ``svg``.
    """

    content: bytes
    extension: str

    @property
    def key(self) -> str:
        """Where it lies in the object storage; another picture has another key."""
        return f"branding/{hashlib.sha256(self.content).hexdigest()}.{self.extension}"


def media_type(key: str) -> str:
    """The media type of a logo's key."""
    return _KINDS[key.rpartition(".")[2]]


def check_logo(content: bytes) -> Logo:
    """Tell what picture it is by its content, and refuse whatever is none.

    Raises:
        LogoRefusedError: Too large, no picture, or an SVG with scripts, links or styles that reach outside.
    """
    if len(content) > LARGEST_BYTES:
        raise LogoRefusedError("The picture is larger than 256 KiB.", hint="Make it smaller, or use an SVG.")
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return Logo(content, "png")
    if content.startswith(b"\xff\xd8\xff"):
        return Logo(content, "jpg")
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return Logo(content, "webp")
    return Logo(_clean_svg(content), "svg")


def store_logo(store: ObjectStore, logo: Logo) -> str:
    """Keep a logo and return its key."""
    store.put(logo.key, io.BytesIO(logo.content), content_type=media_type(logo.key))
    return logo.key


def _clean_svg(content: bytes) -> bytes:
    hint = "Use a PNG, JPEG or WebP, or an SVG of plain shapes."
    # Entities may name files or grow without end; no picture needs them.
    if re.search(rb"<!(DOCTYPE|ENTITY)", content, re.IGNORECASE) or b"<svg" not in content:
        raise LogoRefusedError("This file is no picture that can be a logo.", hint=hint)
    try:
        root = ElementTree.fromstring(content)  # noqa: S314  entities are refused above
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise LogoRefusedError("This SVG cannot be read.", hint=hint) from error
    for element in root.iter():
        namespace, _, name = str(element.tag).rpartition("}")
        if namespace != "{" + _SVG or name not in _TAGS:
            raise LogoRefusedError(f"The SVG holds <{name[:30]}>, which a logo may not.", hint=hint)
        for attribute, value in element.attrib.items():
            plain = attribute.rpartition("}")[2].lower()
            is_link = plain == "href"
            if plain.startswith("on") or (is_link and not value.startswith("#")) or _reaches_out(value):
                raise LogoRefusedError(f"The SVG's {plain[:30]} runs or loads something.", hint=hint)
        if name == "style" and _reaches_out(element.text or ""):
            raise LogoRefusedError("The SVG's style loads something.", hint=hint)
    ElementTree.register_namespace("", _SVG)
    return bytes(ElementTree.tostring(root, encoding="utf-8"))


def _reaches_out(text: str) -> bool:
    return _REACHES_OUT.search(text.replace("\\", "")) is not None
