"""Amounts in memory as sorted arrays: any place and day found by binary search, a whole grid of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Days = NDArray[np.int64]
Amounts = NDArray[np.float64]
Texts = NDArray[np.object_]

#: More than any day's number since 1970 and any before it: a place and a day in one whole number.
_DAYS = 1 << 23
_EPOCH = 1 << 22


@dataclass(frozen=True)
class Lookup:
    """Values of one table of `amounts` by tally and kind: sorted keys of place and last day, and the values."""

    keys: dict[tuple[int, str], Days]
    values: dict[tuple[int, str], NDArray[Any]]

    def at(self, tally: int, kind: str, places: Days, ends: Days, absent: Any) -> NDArray[Any]:
        """Values (places, ends) of the periods that end on these days; `absent` where there is none."""
        keys = self.keys.get((tally, kind))
        if keys is None:
            return np.full((len(places), len(ends)), absent)
        wanted = _keys(places[:, None], ends[None, :])
        found = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        return np.where(keys[found] == wanted, self.values[tally, kind][found], absent)

    def as_of(self, tally: int, places: Days, days: Days, absent: Any) -> NDArray[Any]:
        """Values (places, days) of the last points up to these days."""
        keys = self.keys.get((tally, "point"))
        if keys is None:
            return np.full((len(places), len(days)), absent)
        wanted = _keys(places[:, None], days[None, :])
        found = np.searchsorted(keys, wanted, side="right") - 1
        held = (found >= 0) & (keys[found] // _DAYS == places[:, None])
        return np.where(held, self.values[tally, "point"][found], absent)


def day_numbers(days: Sequence[date]) -> Days:
    """Days as numbers, for `Lookup`."""
    return np.array([day.toordinal() - date(1970, 1, 1).toordinal() for day in days], np.int64)


def lookup_of(table: pa.Table, value: str) -> Lookup:
    """The rows of `xl_amount` or `xl_provenance`, sorted by tally, kind, place, end_day. A null amount is NaN."""
    if table.num_rows == 0:
        return Lookup({}, {})
    tally = table.column("tally").to_numpy()
    kind = table.column("kind").combine_chunks().dictionary_encode()
    names, codes = kind.dictionary.to_pylist(), kind.indices.to_numpy()
    keys = _keys(table.column("place").to_numpy().astype(np.int64), table.column("end_day").cast(pa.int32()).to_numpy())
    values = table.column(value).to_numpy(zero_copy_only=False)
    borders = np.flatnonzero((np.diff(tally) != 0) | (np.diff(codes) != 0)) + 1
    starts, ends = [0, *borders.tolist()], [*borders.tolist(), len(tally)]
    found = {(int(tally[s]), names[codes[s]]): slice(s, e) for s, e in zip(starts, ends, strict=True)}
    return Lookup({k: keys[part] for k, part in found.items()}, {k: values[part] for k, part in found.items()})


def _keys(places: NDArray[Any], days: NDArray[Any]) -> Days:
    return places.astype(np.int64) * _DAYS + (days.astype(np.int64) + _EPOCH)
