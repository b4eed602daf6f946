"""The noun *form*: what people fill in, and the register that its answers keep."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from xinglin.core.errors import Problem
from xinglin.core.text import Text
from xinglin.packs.faults import nearest
from xinglin.packs.loop import unknown_role
from xinglin.packs.nouns import PART_ID, Content, Library, Noun, register

QuestionType = Literal["text", "integer", "decimal", "date", "yes_no", "choice", "choices", "area", "institution"]


class Choice(BaseModel):
    """One answer that a question offers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=PART_ID)
    title: Text


class Question(BaseModel):
    """One question. `unit` follows a number; `least` and `most` are the smallest and greatest number allowed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=PART_ID)
    title: Text
    type: QuestionType
    required: bool = False
    choices: tuple[Choice, ...] = ()
    unit: str = ""
    least: float | None = None
    most: float | None = None

    @model_validator(mode="after")
    def _fits_type(self) -> Question:
        if (self.type in ("choice", "choices")) != bool(self.choices):
            raise ValueError("'choices' goes with the types choice and choices, and these need it")
        if self.type not in ("integer", "decimal") and (self.least is not None or self.most is not None or self.unit):
            raise ValueError("'unit', 'least' and 'most' go with the types integer and decimal")
        if self.least is not None and self.most is not None and self.least > self.most:
            raise ValueError("'least' is greater than 'most'")
        return self


class Register(BaseModel):
    """The register that the answers keep: one entry for each set of answers to the questions named in `key`.

    A later answer with the same key replaces the entry; `area` and `institution` name the question that says where
    an entry belongs.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Text
    key: tuple[str, ...] = Field(min_length=1)
    area: str | None = None
    institution: str | None = None


class Form(Content):
    """Questions, who may fill them in, and the register they keep."""

    roles: tuple[str, ...] = Field(min_length=1)
    questions: tuple[Question, ...] = Field(min_length=1)
    keeps: Register

    def question(self, question_id: str) -> Question | None:
        return next((question for question in self.questions if question.id == question_id), None)


def _check(where: str, form: Form, library: Library) -> Iterator[Problem]:
    ids = [question.id for question in form.questions]
    for place, question in enumerate(form.questions):
        if question.id in ids[:place]:
            yield Problem(f"{where} questions {place} id", f"question {question.id!r} stands twice.")
    for place, role in enumerate(form.roles):
        yield from unknown_role(f"{where} roles {place}", role)
    for place, name in enumerate(form.keeps.key):
        keyed = form.question(name)
        if keyed is None:
            yield _unknown(f"{where} keeps key {place}", name, ids)
        elif not keyed.required:
            found = f"question {name!r} is part of the register's key but need not be answered."
            yield Problem(f"{where} keeps key {place}", found, "required: true")
    yield from _check_place(where, form, "area", form.keeps.area)
    yield from _check_place(where, form, "institution", form.keeps.institution)


def _check_place(where: str, form: Form, kind: str, name: str | None) -> Iterator[Problem]:
    if name is None:
        return
    question = form.question(name)
    if question is None:
        yield _unknown(f"{where} keeps {kind}", name, [question.id for question in form.questions])
    elif question.type != kind:
        yield Problem(f"{where} keeps {kind}", f"question {name!r} has type {question.type!r}.", f"type: {kind}")


def _unknown(where: str, name: str, known: list[str]) -> Problem:
    return Problem(where, f"question {name!r} is not known.", ", ".join(known), nearest(name, known))


FORM = register(Noun("form", "forms", Form, _check))
