"""Folders of packs → one library, or every problem of every file at once.

A pack is a folder with `pack.yaml`, a folder for each noun it speaks with, `codes/` and `examples/`. The nouns are the
modules beside this one that register themselves: a new noun needs no change here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import TypeVar

from pydantic import BaseModel, ValidationError

import xinglin.packs
from xinglin.core.errors import InputError, Problem
from xinglin.packs.code_files import read_code_file
from xinglin.packs.codes import Code, gather, overlapping
from xinglin.packs.document import Document, PartPath, read_document
from xinglin.packs.example import Example
from xinglin.packs.example_checks import check_example_content, uncovered_indicators
from xinglin.packs.faults import faults, nearest
from xinglin.packs.nouns import Content, Library, Noun, Pack, nouns

PACK_FILE = "pack.yaml"
CODES, EXAMPLES = "codes", "examples"
_SUFFIXES: dict[str, tuple[str, ...]] = {"views": (".yaml", ".json"), CODES: (".csv",)}
_YAML = (".yaml",)

M = TypeVar("M", bound=BaseModel)


@dataclass
class _Reading:
    """What has been read so far, and everything found wrong with it.

    `unread`: ids that files with faults of their own would have given or covered: nobody else is blamed for them.
    """

    packs: dict[str, Pack] = field(default_factory=dict)
    contents: dict[type[Content], dict[str, Content]] = field(default_factory=dict)
    documents: dict[str, Document] = field(default_factory=dict)
    examples: dict[str, tuple[Example, Document]] = field(default_factory=dict)
    codes: dict[str, list[Code]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)

    def library(self) -> Library:
        return Library(
            packs=tuple(self.packs.values()),
            contents=self.contents,
            sources={content: document.where for content, document in self.documents.items()},
            examples={where: example for where, (example, _) in self.examples.items()},
            codes=gather(code for codes in self.codes.values() for code in codes),
        )


@cache
def known_nouns() -> tuple[Noun, ...]:
    """Every noun that a module of this room registers."""
    for module in iter_modules(xinglin.packs.__path__):
        import_module(f"{xinglin.packs.__name__}.{module.name}")
    return nouns()


def load_library(folders: Sequence[Path]) -> Library:
    """All packs found in `folders`. A pack in a later folder replaces the pack of the same name in an earlier one.

    A folder that does not exist holds no packs: a county need not have its own.
    Raises InputError with every problem of every file.
    """
    reading = _Reading()
    for name, folder in sorted(_pack_folders(folders, reading.problems).items()):
        _read_pack(name, folder, reading)
    library = reading.library()
    blamed_already = tuple(f"{name!r}" for name in reading.unread)
    told = (
        problem for problem in _check(reading, library) if not any(name in problem.found for name in blamed_already)
    )
    reading.problems.extend(told)
    if reading.problems:
        raise InputError(reading.problems)
    return library


def _pack_folders(folders: Sequence[Path], problems: list[Problem]) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for folder in folders:
        try:
            inside = sorted(folder.iterdir()) if folder.is_dir() else []
        except OSError as error:
            problems.append(
                Problem(str(folder), f"cannot be read: {error.strerror}.", "", "Check the folder's rights.")
            )
            continue
        found.update({entry.name: entry for entry in inside if entry.is_dir() and not _hidden(entry)})
    return found


def _read_pack(name: str, folder: Path, reading: _Reading) -> None:
    where = f"packs/{name}"
    if not (folder / PACK_FILE).is_file():
        reading.problems.append(
            Problem(f"{where}/{PACK_FILE}:1", "is missing.", "", "Every pack begins with this file.")
        )
    by_folder = {noun.folder: noun for noun in known_nouns()}
    for entry in sorted(folder.iterdir()):
        if _hidden(entry):
            continue
        if entry.name == PACK_FILE:
            _read_pack_file(name, entry, reading)
        elif entry.is_dir() and entry.name in {*by_folder, CODES, EXAMPLES}:
            for file in _files(f"{where}/{entry.name}", entry, reading.problems):
                _read_file(name, f"{where}/{entry.name}/{file.name}", file, by_folder.get(entry.name), reading)
        else:
            known = [PACK_FILE, *(f"{known}/" for known in (*by_folder, CODES, EXAMPLES))]
            remedy = nearest(entry.name, (word.rstrip("/") for word in known))
            reading.problems.append(
                Problem(f"{where}/{entry.name}:1", "is no part of a pack.", ", ".join(known), remedy)
            )


def _files(where: str, folder: Path, problems: list[Problem]) -> Iterator[Path]:
    suffixes = _SUFFIXES.get(folder.name, _YAML)
    for file in sorted(folder.iterdir()):
        if _hidden(file):
            continue
        if file.is_file() and file.suffix in suffixes:
            yield file
        else:
            problems.append(
                Problem(f"{where}/{file.name}:1", "is not read.", "a file ending in " + " or ".join(suffixes))
            )


def _read_pack_file(name: str, file: Path, reading: _Reading) -> None:
    where = f"packs/{name}/{PACK_FILE}"
    document = _document(where, file, reading)
    pack = _parse(document, Pack, reading) if document else None
    if pack is None or document is None:
        return
    if pack.id != name:
        reading.problems.append(Problem(document.at(("id",)), f"id is {pack.id!r} in the folder {name!r}.", name))
    reading.packs[name] = pack


def _read_file(pack: str, where: str, file: Path, noun: Noun | None, reading: _Reading) -> None:
    if where.startswith(f"packs/{pack}/{CODES}/"):
        text = _text(where, file, reading)
        reading.codes[where] = [] if text is None else read_code_file(where, text, reading.problems)
        return
    document = _document(where, file, reading)
    if document is None:
        reading.unread.add(f"{pack}.{file.stem}")
        return
    if noun is None:
        if example := _parse(document, Example, reading):
            reading.examples[where] = (example, document)
    elif content := _parse(document, noun.model, reading):
        _keep(pack, noun, content, document, reading)


def _keep(pack: str, noun: Noun, content: Content, document: Document, reading: _Reading) -> None:
    if not content.id.startswith(f"{pack}."):
        expected = f"{pack}.{content.id.split('.')[-1]}"
        reading.problems.append(Problem(document.at(("id",)), f"id {content.id!r} is not of this pack.", expected))
    if content.id in reading.documents:
        found = f"id {content.id!r} stands already in {reading.documents[content.id].where}."
        reading.problems.append(Problem(document.at(("id",)), found, "", "Give one of the two another name."))
        return
    reading.documents[content.id] = document
    reading.contents.setdefault(noun.model, {})[content.id] = content


def _document(where: str, file: Path, reading: _Reading) -> Document | None:
    text = _text(where, file, reading)
    if text is None:
        return None
    document = read_document(where, text, as_json=file.suffix == ".json")
    reading.problems.extend(document.problems)
    return None if document.problems and document.value is None else document


def _text(where: str, file: Path, reading: _Reading) -> str | None:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        reading.problems.append(Problem(f"{where}:1", "is not UTF-8 text.", "", "Save it as UTF-8."))
    except OSError as error:
        reading.problems.append(Problem(f"{where}:1", f"cannot be read: {error.strerror}."))
    return None


def _parse(document: Document, model: type[M], reading: _Reading) -> M | None:
    if not isinstance(document.value, dict):
        reading.problems.append(Problem(document.at(()), "is empty or no list of 'name: value' lines."))
        return None
    try:
        return model.model_validate(document.value)
    except ValidationError as error:
        reading.problems.extend(faults(document, model, error))
        expected = document.value.get("expect")
        reading.unread |= {str(document.value.get("id")), *(expected if isinstance(expected, dict) else ())}
        return None


def _check(reading: _Reading, library: Library) -> Iterator[Problem]:
    """Everything that only the whole library can tell."""
    for noun in known_nouns():
        for content in library.of(noun.model).values():
            document = reading.documents[content.id]
            for problem in noun.check(document.where, content, library):
                yield _with_line(problem, document)
    for example, document in reading.examples.values():
        for problem in check_example_content(document.where, example, library):
            yield _with_line(problem, document)
    for where, codes in reading.codes.items():
        for _, code in overlapping(codes):
            yield Problem(f"{where}:1", f"code {code.code!r} of {code.system!r} stands twice for the same days.")
    for indicator in uncovered_indicators(library):
        where = reading.documents[indicator].at(())
        yield Problem(where, f"no example covers {indicator!r}.", "", "Write packs/<pack>/examples/<name>.yaml for it.")


def _with_line(problem: Problem, document: Document) -> Problem:
    """The problem at its line: after the file, a check names the path of the part at fault."""
    path: PartPath = ()
    for word in problem.where.removeprefix(document.where).split():
        for step in (word,) if (*path, word) in document.lines else re.findall(r"[^.\[\]/:]+", word):
            path = (*path, int(step) if step.isdecimal() else step)
    return Problem(document.at(path), problem.found, problem.expected, problem.remedy)


def _hidden(entry: Path) -> bool:
    return entry.name.startswith((".", "_"))
