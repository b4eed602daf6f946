"""`xinglin account`: who may sign in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from xinglin.app import existing_house, open_house
from xinglin.cli.screen import DEFAULT_DATA, DatabaseOption, DataOption, output

app = typer.Typer(help="账号 Accounts.", no_args_is_help=True)

LoginArgument = Annotated[str, typer.Argument(help="登录名 Login.")]
PasswordOption = Annotated[
    str,
    typer.Option(
        prompt="密码 Password",
        hide_input=True,
        confirmation_prompt=True,
        envvar="XINGLIN_PASSWORD",
        help="密码；不写则询问。 Asked for when not given.",
    ),
]


@app.command()
def add(
    login: LoginArgument,
    name: Annotated[str, typer.Option(help="姓名 Name shown on screen.")],
    role: Annotated[
        str, typer.Option(help="角色 engineer, epidemiologist, leader, officer, doctor, hospital, administrator.")
    ],
    password: PasswordOption,
    area: Annotated[str, typer.Option(help="所属区划代码 Area code.")] = "",
    institution: Annotated[str, typer.Option(help="所属机构 Institution id.")] = "",
    data: DataOption = DEFAULT_DATA,
    database: DatabaseOption = None,
) -> None:
    """添加账号。 Add an account."""
    house = open_house(data, database=database)
    user = house.accounts.create_account(
        login=login, name=name, role=role, password=password, area=area, institution=institution, at=house.clock()
    )
    output.print(f"已添加 added: {user.login} ({user.role})")


@app.command()
def password(
    login: LoginArgument, password: PasswordOption, data: DataOption = DEFAULT_DATA, database: DatabaseOption = None
) -> None:
    """改密码；该账号的会话随之结束。 Change a password; the account's sessions end."""
    house = existing_house(data, database=database)
    house.accounts.set_password(login, password, by="system", at=house.clock())
    output.print(f"已改 changed: {login}")


@app.command()
def close(login: LoginArgument, data: DataOption = DEFAULT_DATA, database: DatabaseOption = None) -> None:
    """停用账号；其会话随之结束，记录都在。 Close an account: its sessions end, what it did is kept."""
    _set_active(login, False, data, database)


@app.command("open")
def reopen(login: LoginArgument, data: DataOption = DEFAULT_DATA, database: DatabaseOption = None) -> None:
    """重新启用账号。 Open a closed account again."""
    _set_active(login, True, data, database)


def _set_active(login: str, active: bool, data: Path, database: str | None) -> None:
    house = existing_house(data, database=database)
    house.accounts.set_active(login, active, by="system", at=house.clock())
    output.print(f"{'已启用 opened' if active else '已停用 closed'}: {login}")


@app.command("list")
def list_accounts(data: DataOption = DEFAULT_DATA, database: DatabaseOption = None) -> None:
    """列出账号。 List the accounts."""
    table = Table("登录名 Login", "姓名 Name", "角色 Role", "区划 Area", "机构 Institution", "启用 Active")
    for user in existing_house(data, database=database).accounts.list_accounts():
        table.add_row(
            user.login, user.name, user.role, user.area, user.institution, "是 yes" if user.active else "否 no"
        )
    output.print(table)
