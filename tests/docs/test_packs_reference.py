"""docs/packs.md tells of everything that a pack can say."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import BaseModel

from xinglin.packs.codes import COLUMNS
from xinglin.packs.example import SMALL_COUNTY, Example, read_table
from xinglin.packs.expressions import FUNCTIONS
from xinglin.packs.form import Question, Register
from xinglin.packs.loading import known_nouns
from xinglin.packs.loop import ROLES, Move, State
from xinglin.packs.nouns import Content, Pack
from xinglin.packs.source import SourceField
from xinglin.packs.tally import Tally
from xinglin.packs.view import JOINED_COLUMNS

PAGE = (Path(__file__).parents[2] / "docs" / "packs.md").read_text(encoding="utf-8")
PARTS: list[type[BaseModel]] = [Pack, Tally, State, Move, Question, Register, SourceField, Example]
MODELS = [*(noun.model for noun in known_nouns()), *PARTS]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_key_is_documented(model: type[BaseModel]) -> None:
    """Each key of each kind of file stands in the reference."""
    common = set(Content.model_fields) if issubclass(model, Content) else set()
    keys = {field.alias or name for name, field in model.model_fields.items() if name not in common}
    assert [key for key in keys if f"`{key}`" not in PAGE and f"`{key}: " not in PAGE] == []


@pytest.mark.parametrize("name", [noun.folder for noun in known_nouns()])
def test_every_folder_is_documented(name: str) -> None:
    """Each noun's folder stands in the picture of a pack."""
    assert f"{name}/" in PAGE


def test_every_function_is_documented() -> None:
    """Each function that an expression may call stands in the reference."""
    assert [name for name in FUNCTIONS if f"`{name}(" not in PAGE] == []


def test_joined_columns_roles_and_places_are_documented() -> None:
    """So do the columns that the session joins, the roles, the columns of code files and the examples' places."""
    joined = {name for columns in JOINED_COLUMNS.values() for name in columns}
    places = {row["code"] or "" for row in read_table(SMALL_COUNTY)}
    assert [word for word in {*joined, *ROLES, *COLUMNS, *places} if word not in PAGE] == []
