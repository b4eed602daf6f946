"""`xinglin load`, `refresh` and `refusal`: records in, what was not accepted, and everything worked out from them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from xinglin.app import existing_house, open_house
from xinglin.cli.screen import (
    DEFAULT_DATA,
    DatabaseOption,
    DataOption,
    JsonOption,
    errors,
    output,
    print_json,
    progress,
)
from xinglin.core.errors import InputError, Problem
from xinglin.flow import NUMBERS, WORK, work_out
from xinglin.flow import load as load_records
from xinglin.intake.check import is_sender
from xinglin.intake.reader import LARGEST_FILE
from xinglin.intake.reasons import REASONS
from xinglin.intake.refusal import LoadReport, Refusal, RefusalState

refusals = typer.Typer(help="拒收 Refusals: what was not accepted, why, and how to mend it.", no_args_is_help=True)


def _sender(sender: str | None) -> str | None:
    if sender is not None and not is_sender(sender):
        raise typer.BadParameter("a sender is 1 to 64 characters without spaces")
    return sender


def _reason(reason: str | None) -> str | None:
    if reason is not None and reason not in REASONS:
        raise typer.BadParameter(f"there is no such reason; there are {', '.join(REASONS)}")
    return reason


PathsArgument = Annotated[
    list[Path], typer.Argument(help="FHIR R4：NDJSON、JSON、目录。 Files or folders.", metavar="PATH...")
]
SenderOption = Annotated[
    str | None,
    typer.Option(
        help="报送单位；记录自己没说时用。 The sender, where records do not say.", callback=_sender, metavar="ID"
    ),
]
ReasonOption = Annotated[
    str | None, typer.Option(help="原因代码，只看此原因 Reason code: only these.", callback=_reason, metavar="CODE")
]
IdArgument = Annotated[str, typer.Argument(metavar="ID")]
ByOption = Annotated[str, typer.Option(help="谁 Who does it (login).")]


def add_to(app: typer.Typer) -> None:
    """Put these commands at the top level."""
    app.command()(load)
    app.command()(refresh)


def load(
    paths: PathsArgument,
    sender: SenderOption = None,
    as_json: JsonOption = False,
    data: DataOption = DEFAULT_DATA,
    database: DatabaseOption = None,
) -> None:
    """接入记录。 Take FHIR R4 records in; what is refused is kept with its reason. Then: xinglin refresh."""
    house = open_house(data, database=database)
    with progress("装载 load") as tell:
        report = load_records(house, paths, sender=sender, tell=tell)
    if as_json:
        print_json(report)
    else:
        _print_report(report)
    for problem in report.problems:
        errors.print(f"! {problem}", highlight=False, markup=False, soft_wrap=True)
    if report.problems and not report.lines:
        sys.exit(InputError.exit_code)


def _print_report(report: LoadReport) -> None:
    rate = report.lines / report.seconds if report.seconds else 0
    output.print(f"{report.files:,} 个文件 files, {report.lines:,} 条 resources, {report.seconds:.1f} s, {rate:,.0f}/s")
    output.print(
        f"接受 accepted {report.accepted:,}  重复 duplicates {report.duplicates:,}  拒收 refused {report.refused:,}  "
        f"待关联 waiting {report.held:,}  已释放 released {report.released:,}"
    )
    if report.by_reason:
        table = Table("原因 Reason", "条数 Count", "怎么办 Remedy", box=None, padding=(0, 2, 0, 0))
        for code, count in sorted(report.by_reason.items(), key=lambda item: -item[1]):
            table.add_row(code, f"{count:,}", _remedy(code))
        output.print(table)
        output.print("细看 see: xinglin refusal list")


def _remedy(code: str) -> str:
    reason = REASONS.get(code)
    return reason.remedy.zh + " " + reason.remedy.en if reason else ""


def refresh(data: DataOption = DEFAULT_DATA, database: DatabaseOption = None) -> None:
    """由总账算出视图、指标、预警和颜色。 Work out views, figures, alerts and colours from the log."""
    house = existing_house(data, database=database)
    with progress("计算 work out") as tell:
        steps = work_out(house, (*NUMBERS, *WORK), tell=tell)
    for step in steps:
        output.print(f"{step.name.zh} {step.name.en}: {step.result} ({step.seconds:.1f} s)")


@refusals.command("list")
def list_refusals(
    reason: ReasonOption = None,
    state: Annotated[RefusalState | None, typer.Option(help="open, waiting, mended, replayed, dismissed.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1_000_000)] = 50,
    as_json: JsonOption = False,
    data: DataOption = DEFAULT_DATA,
    database: DatabaseOption = None,
) -> None:
    """列出拒收。 List refusals: where, why, how to mend. Bodies are shown by 'refusal show'."""
    found = existing_house(data, database=database).intake.refusals(state=state, reason=reason, limit=limit)
    if as_json:
        print_json([_public(refusal) for refusal in found])
        return
    table = Table("编号 Id", "原因 Reason", "位置 Path", "文件 File", "行 Line", "怎么办 Remedy", "状态 State")
    for refusal in found:
        where = (refusal.path, refusal.file, str(refusal.line))
        table.add_row(refusal.id, refusal.reason, *where, refusal.remedy.zh, refusal.state)
    output.print(table)


def _public(refusal: Refusal) -> dict[str, object]:
    """A refusal without its body, which may hold a person's data."""
    names = ("id", "sender", "received_at", "file", "line", "reason", "path", "resource_type", "state")
    remedy = {"zh": refusal.remedy.zh, "en": refusal.remedy.en}
    return {**{name: getattr(refusal, name) for name in names}, "remedy": remedy}


@refusals.command()
def show(
    refusal_id: IdArgument,
    data: DataOption = DEFAULT_DATA,
    database: DatabaseOption = None,
) -> None:
    """打印被拒收的原文，供修正。 Print the refused body, to be mended."""
    refusal = existing_house(data, database=database).intake.refusal(refusal_id)
    if refusal is None:
        raise InputError(Problem("refusal", f"there is no refusal {refusal_id!r}.", "", "xinglin refusal list"))
    sys.stdout.buffer.write(refusal.body + b"\n")


@refusals.command()
def mend(
    refusal_id: IdArgument,
    file: Annotated[Path, typer.Argument(help="修正后的记录 The corrected resource (JSON).", metavar="FILE")],
    by: ByOption = "administrator",
    data: DataOption = DEFAULT_DATA,
    database: DatabaseOption = None,
) -> None:
    """用修正后的记录替换并重放。 Replace a refused body by a corrected one and send it through intake."""
    result = existing_house(data, database=database).intake.mend(refusal_id, _body(file), by=by)
    if not result.accepted:
        raise InputError(
            Problem(f"{file} {fault.path}", fault.found.en, fault.expected.en, fault.remedy.en)
            for fault in result.faults
        )
    output.print("已接受 accepted")


def _body(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            body = opened.read(LARGEST_FILE + 1)
    except OSError as error:
        raise InputError(
            Problem(str(file), f"cannot be read: {error.strerror}.", "one resource in JSON", "Check the path.")
        ) from error
    if len(body) > LARGEST_FILE:
        raise InputError(
            Problem(str(file), "is too large for one resource.", "one resource in JSON", "Check the path.")
        )
    return body


@refusals.command()
def replay(
    reason: ReasonOption = None,
    by: ByOption = "administrator",
    data: DataOption = DEFAULT_DATA,
    database: DatabaseOption = None,
) -> None:
    """重放拒收的记录。 Send refused records through intake again, all or those of one cause."""
    _print_report(existing_house(data, database=database).intake.replay(reason=reason, by=by))
