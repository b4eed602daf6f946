"""`xinglin resident`: who is registered twice."""

from __future__ import annotations

import typer
from rich.table import Table

from xinglin.app import existing_house
from xinglin.cli.screen import DEFAULT_DATA, DatabaseOption, DataOption, JsonOption, output, print_json
from xinglin.residents.duplicates import duplicates as find_duplicates

app = typer.Typer(help="居民 Residents.", no_args_is_help=True)


@app.command()
def duplicates(as_json: JsonOption = False, data: DataOption = DEFAULT_DATA, database: DatabaseOption = None) -> None:
    """重复登记与相似登记。 Persons registered twice, and look-alikes for a person to look at."""
    house = existing_house(data, database=database)
    pairs = find_duplicates(house.session())
    if as_json:
        print_json(pairs)
        return
    table = Table("登记 Patient", "登记 Patient", "判断 Outcome", "相同项 Agrees")
    for pair in pairs:
        outcome = "重复 same" if pair.certain else "待看 look"
        table.add_row(pair.first, pair.second, outcome, ", ".join(pair.agree))
    output.print(table)
