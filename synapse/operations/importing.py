"""`synapse import`: a company's own files, recognised and put where the importers look."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.progress import track

from synapse.embedded.instance import Instance
from synapse.landing.classify import classify
from synapse.storage import open_store


@dataclass
class ImportReport:
    """What became of each file.

    Attributes:
        imported: Path on disk and object key.
        unknown: Paths that no importer knows.
    """

    imported: list[tuple[str, str]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    def print_to(self, console: Console) -> None:
        """Print counts per landing folder and the names of what was not recognised."""
        folders: dict[str, int] = {}
        for _, key in self.imported:
            folder = "/".join(key.split("/")[:2]) if key.startswith("landing/") else key.split("/", 1)[0]
            folders[folder] = folders.get(folder, 0) + 1
        for folder, count in sorted(folders.items()):
            console.print(f"[green]✓[/] {count} → {folder}", highlight=False)
        for path in self.unknown:
            console.print(f"[yellow]![/] not recognised: {path}", highlight=False)
        console.print("Run `synapse refresh` to load them (a running instance does so by itself).")


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    return sorted(
        file
        for file in path.rglob("*")
        if file.is_file() and not any(part.startswith(".") for part in file.relative_to(path).parts)
    )


def import_path(instance: Instance, path: Path, console: Console) -> ImportReport:
    """Recognise files by name and content and copy them into the storage.

    Args:
        instance: Whose storage receives them.
        path: A file or a folder; hidden files are passed over.
        console: Where progress goes.
    """
    instance.prepare()
    store = open_store(instance.environment.objects_url)
    report = ImportReport()
    for file in track(_files(path), "Importing", console=console, transient=True):
        key = classify(file)
        if key is None:
            report.unknown.append(str(file))
            continue
        with file.open("rb") as data:
            store.put(key, data)
        report.imported.append((str(file), key))
    return report


def import_folder(instance: Instance, folder: Path, on_progress: Callable[[int, int], None]) -> None:
    """Copy a folder that already has the storage's layout (``landing/``, ``recordings/``)."""
    store = open_store(instance.environment.objects_url)
    files = [file for part in ("landing", "recordings") for file in _files(folder / part)]
    for number, file in enumerate(files, start=1):
        with file.open("rb") as data:
            store.put(file.relative_to(folder).as_posix(), data)
        if number % 50 == 0 or number == len(files):
            on_progress(number, len(files))
