"""What the first bytes of a file say it is, whatever its name says."""

from synapse.landing.errors import FileRefusedError

HEAD_BYTES = 64 * 1024
UTF8_BOM = b"\xef\xbb\xbf"
UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")

_BINARY = (
    (b"\x1f\x8b", "a gzip archive", "Unpack it first."),
    (b"BZh", "a bzip2 archive", "Unpack it first."),
    (b"\xfd7zXZ", "an xz archive", "Unpack it first."),
    (b"7z\xbc\xaf", "a 7-Zip archive", "Unpack it first."),
    (b"Rar!", "a RAR archive", "Unpack it first."),
    (b"\x28\xb5\x2f\xfd", "a zstd archive", "Unpack it first."),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word file (.xls, .doc)", "Save it as XLSX or CSV."),
    (b"%PDF", "a PDF document", "Export it as XLSX or CSV."),
    (b"\x89PNG", "a picture", "Put the exported file here."),
    (b"\xff\xd8\xff", "a picture", "Put the exported file here."),
    (b"GIF8", "a picture", "Put the exported file here."),
    (b"\x7fELF", "a program", "Put the exported file here."),
    (b"MZ", "a program", "Put the exported file here."),
    (b"SQLite format 3", "an SQLite database", "Export the table as CSV."),
)


def is_zip(head: bytes) -> bool:
    """Whether it is a ZIP container (XLSX is one)."""
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def audio_kind(head: bytes) -> str | None:
    """Name of the audio container, or None."""
    if head[:4] in {b"RIFF", b"RF64"} and head[8:12] == b"WAVE":
        return "wav"
    if head.startswith(b"OggS"):
        return "ogg"
    if head.startswith(b"fLaC"):
        return "flac"
    if head.startswith(b"ID3") or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2):
        return "mp3"
    if head[4:8] == b"ftyp" and head[8:11] in {b"M4A", b"mp4", b"iso", b"M4B"}:
        return "m4a"
    return None


def is_utf16(head: bytes) -> bool:
    """Whether it is UTF-16 text, with a byte order mark or without."""
    return utf16_encoding(head) is not None


def utf16_encoding(head: bytes) -> str | None:
    """Which UTF-16 it is; without a mark, by the high bytes of Latin and Cyrillic letters (0 and 4)."""
    if head.startswith(UTF16_BOMS):
        return "utf-16"
    sample = head[:400]
    half = len(sample) // 2
    high = {
        name: sum(half_sample.count(byte) for byte in (0, 4))
        for name, half_sample in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[0::2]))
    }
    likelier = max(high, key=lambda name: high[name])
    is_one_sided = min(high.values()) <= half // 20
    return likelier if half > 8 and is_one_sided and high[likelier] >= half * 9 // 10 else None


def refuse_binary(head: bytes) -> None:
    """Raise unless the first bytes can be text of one byte per character or UTF-8.

    Raises:
        FileRefusedError: It is an archive, a document, audio or other binary data.
    """
    for magic, what, hint in _BINARY:
        if head.startswith(magic) and not _is_printable_text(head):
            raise FileRefusedError(f"The file is {what}, not text.", hint=hint)
    if is_zip(head):
        raise FileRefusedError("The file is a ZIP archive, not text.", hint="Unpack it first.")
    if audio_kind(head):
        raise FileRefusedError("The file is audio, not text.", hint="Recordings belong under recordings/.")
    if is_utf16(head):
        raise FileRefusedError("The file is UTF-16 text.", hint="Save it as UTF-8.")
    sample = head[:8192]
    controls = sum(byte < 9 or 13 < byte < 32 for byte in sample)
    if sample.count(0) > len(sample) // 100 or controls > len(sample) // 10:
        raise FileRefusedError("The file is binary data, not text.", hint="Put the exported text file here.")


def _is_printable_text(head: bytes) -> bool:
    sample = head[:512]
    return all(byte >= 32 or byte in b"\t\r\n" for byte in sample) and len(sample) > 16 and max(sample) < 128
