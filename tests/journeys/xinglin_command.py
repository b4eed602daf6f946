"""The command line as a test calls it: in this process where that will do, in one of its own where it must."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import orjson

from xinglin.cli import main

_START = "from xinglin.cli import main; main()"


@dataclass(frozen=True)
class Answer:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        """Everything it said, in one line: a console breaks lines where it likes."""
        return " ".join((self.out + self.err).split())

    def json(self) -> Any:
        return orjson.loads(self.out)


def xinglin(*arguments: object) -> Answer:
    """Run `xinglin ARGUMENTS` in this process."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    with patch.object(sys, "argv", ["xinglin", *map(str, arguments)]), redirect_stdout(out), redirect_stderr(err):
        try:
            main()
            code = 0
        except SystemExit as ended:
            code = int(ended.code or 0)
    return Answer(code, _text(out), _text(err))


def xinglin_process(
    *arguments: object,
    before: str = "",
    prepare: Callable[[], None] | None = None,
    **given: Any,
) -> Answer:
    """Run it in a process of its own. `before`: Python to run first; `prepare`: run in the child before it starts."""
    done = subprocess.run(
        [sys.executable, "-c", f"{before}\n{_START}", *map(str, arguments)],
        capture_output=True,
        preexec_fn=prepare,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        check=False,
        **given,
    )
    return Answer(done.returncode, done.stdout.decode(), done.stderr.decode())


def _text(stream: io.TextIOWrapper) -> str:
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue().decode()
