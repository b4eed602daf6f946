"""The text of a plan made ready for rules: folded letters, clauses, sentences and quotations.

Folding replaces each code point by exactly one other, so an offset into the folded text is an
offset into the text that was given.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

Span = tuple[int, int]

_FOLD: dict[int, int] = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_FOLD |= dict.fromkeys(map(ord, "\t\r\v\f\u3000\xa0\u2002\u2003\u2009\u200b\ufeff|"), ord(" "))
_FOLD |= dict.fromkeys(map(ord, "—–‐‑−－～~〜"), ord("-"))
_FOLD |= {ord("﹪"): ord("%"), ord("「"): ord("“"), ord("」"): ord("”"), ord("："): ord(":")}
_FOLD |= {ord("『"): ord("“"), ord("』"): ord("”"), ord("﹙"): ord("("), ord("﹚"): ord(")")}

# A quotation longer than this is prose, or a mark that was never closed.
_LONGEST_QUOTE = 60
_QUOTES = re.compile(
    rf"“[^“”\n]{{0,{_LONGEST_QUOTE}}}”|《[^《》\n]{{0,{_LONGEST_QUOTE}}}》"
    r"|‘[^‘’\n]{0,40}’|\"[^\"\n]{1,30}\"|〔[^〔〕\n]{0,12}〕"
)
_CLAUSE_END = re.compile(r"[,。;!?:\n]")
_SENTENCE_END = re.compile(r"[。;!?\n]")
_PARAGRAPH_CLOSERS = "。;!?:)”》"

# Text out of a PDF is broken at the width of the page; web pages have one line a paragraph.
_PAGE_WIDTH = 60
_WRAPPED_SHARE = 0.5

# No plan has longer clauses or sentences; a limit keeps text without punctuation from costing more.
_CLAUSE_REACH = 300
_SENTENCE_REACH = 800


def fold(text: str) -> str:
    """Full-width letters, odd spaces and the many dashes as their plain forms, one for one."""
    return text.translate(_FOLD)


def is_wrapped(folded: str) -> bool:
    """Whether line breaks fall inside sentences, as in text taken from a PDF."""
    lines = [line.strip() for line in folded.split("\n")]
    lines = [line for line in lines if len(line) > 8]
    if len(lines) < 12 or sum(len(line) > _PAGE_WIDTH for line in lines) > len(lines) // 10:
        return False
    running_on = sum(line[-1] not in _PARAGRAPH_CLOSERS for line in lines)
    return running_on > _WRAPPED_SHARE * len(lines)


def join_wrapped_lines(folded: str, keep: tuple[int, ...]) -> str:
    """Turn the line breaks of wrapped text into spaces, but not those that stand before a unit.

    `keep` are the starts of the outline's units, in order.
    """
    starts = set(keep)
    letters = list(folded)
    for match in re.finditer(r"\n[ \n]*", folded):
        at = match.start()
        closed = at == 0 or folded[at - 1] in _PARAGRAPH_CLOSERS
        if match.end() not in starts and not closed and match.group().count("\n") == 1:
            letters[at] = " "
    return "".join(letters)


@dataclass(frozen=True, slots=True)
class Page:
    """Folded text with its clause and sentence ends and its quotations, all in order."""

    raw: str
    text: str
    clause_ends: tuple[int, ...]
    sentence_ends: tuple[int, ...]
    quotes: tuple[Span, ...]

    def clause(self, at: int) -> Span:
        """The stretch between two marks of punctuation that holds the code point `at`."""
        return _between(self.clause_ends, at, len(self.text), _CLAUSE_REACH)

    def sentence(self, at: int) -> Span:
        """The stretch between two full stops or semicolons that holds the code point `at`."""
        return _between(self.sentence_ends, at, len(self.text), _SENTENCE_REACH)

    def quote(self, at: int) -> Span | None:
        """The quotation or book title that holds the code point `at`."""
        index = bisect_right(self.quotes, (at, len(self.text))) - 1
        if index >= 0 and self.quotes[index][0] <= at < self.quotes[index][1]:
            return self.quotes[index]
        return None

    def words(self, start: int, end: int) -> str:
        """The given text of a stretch, as on the page but on one line."""
        return re.sub(r"[\s|]*\n[\s|]*", "", self.raw[start:end]).strip(" \u3000\t|")

    def tight(self, start: int, end: int) -> str:
        """The folded text of a stretch without any spaces, for rules that look at neighbours."""
        return "".join(self.text[start:end].split())


def _between(ends: tuple[int, ...], at: int, length: int, reach: int) -> Span:
    index = bisect_right(ends, at)
    # A mark of punctuation belongs to the stretch it closes.
    if index and ends[index - 1] == at:
        index -= 1
    start = ends[index - 1] + 1 if index else 0
    end = ends[index] if index < len(ends) else length
    return max(start, at - reach), min(end, at + reach)


def make_page(raw: str, text: str, marks: tuple[Span, ...] = ()) -> Page:
    """Mark the clauses, sentences and quotations of a folded text.

    `marks` are the spans of the outline's marks: a unit begins a sentence, and its mark is no word.
    """
    edges = {edge - 1 for mark in marks for edge in mark if edge > 0}
    quotes = tuple(match.span() for match in _QUOTES.finditer(text))
    page = Page(raw, text, (), (), quotes)

    def ends(pattern: re.Pattern[str]) -> tuple[int, ...]:
        found = {
            match.start()
            for match in pattern.finditer(text)
            if not _inside_number(text, match.start()) and page.quote(match.start()) is None
        }
        return tuple(sorted(found | edges))

    return Page(raw, text, ends(_CLAUSE_END), ends(_SENTENCE_END), quotes)


_THOUSANDS = re.compile(r",\d{3}(?!\d)")


def _inside_number(text: str, at: int) -> bool:
    """A comma that parts thousands, or the colon of a clock."""
    if not text[at - 1 : at].isdigit():
        return False
    if text[at] == ",":
        return _THOUSANDS.match(text, at) is not None
    return text[at] == ":" and text[at + 1 : at + 3].isdigit()
