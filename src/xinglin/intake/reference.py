"""`docs/refusals.md` out of the table of reasons. The file is kept in the repository; a test holds it to this."""

from __future__ import annotations

from xinglin.intake.primitives import FIRST_YEAR, YEARS_AHEAD
from xinglin.intake.reader import DEEPEST, LARGEST_FILE, LONGEST_LINE
from xinglin.intake.reasons import REASONS

_LINE, _FILE = LONGEST_LINE // 2**20, LARGEST_FILE // 2**20

_HEAD = f"""# Why something is refused: 拒收原因

What an institution sends is accepted whole or refused with a reason; a refusal never stops what stands beside it.
Every refusal keeps what was received, where (file, line or Bundle entry), each fault with its element path, and what to
do. Sent again, the same thing from the same sender is the same refusal.

| state | means |
|---|---|
| `waiting` 等待 | only a person (or the thing to be deleted) is missing; accepted by itself when that arrives |
| `open` 待处理 | somebody must mend it, have it sent again, or dismiss it |
| `mended` 已改正 | a person replaced the body and it was accepted; both bodies and who did it are kept |
| `replayed` 已重放 | accepted unchanged later: released by the door, or replayed by a person |
| `dismissed` 已忽略 | a person left it out for good, with a reason |

What the door reads: `.ndjson` and `.jsonl` (one resource or Bundle a line, at most {_LINE} MiB),
`.json` (one resource or Bundle, at most {_FILE} MiB), and folders of them; nothing deeper than {DEEPEST} levels.
Years from {FIRST_YEAR} to {YEARS_AHEAD} years from now. Every `Patient/...` that a resource (other than a Patient)
refers to must be known; other references need only be well formed. The entries of a Bundle stand each for itself,
those of a transaction too. A code is checked where its system is one of the packs' code tables or has a
known form (ICD-10, ICD-9-CM-3, LOINC, ATC, GB/T 2260).

The table is made from `src/xinglin/intake/reasons.py` by `python -m xinglin.intake.reference`.

| code | 原因 | reason | for example | 处理办法 | remedy |
|---|---|---|---|---|---|
"""


def refusals_page() -> str:
    """The page in Markdown."""
    rows = []
    for reason in REASONS.values():
        example = reason.example.replace("|", "\\|")
        shown = f"`{example}`" if any(mark in example for mark in '{["\\') else example
        cells = (f"`{reason.code}`", reason.title.zh, reason.title.en, shown, reason.remedy.zh, reason.remedy.en)
        rows.append(f"| {' | '.join(cells)} |\n")
    return _HEAD + "".join(rows)


if __name__ == "__main__":
    print(refusals_page(), end="")
