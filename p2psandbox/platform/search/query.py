"""What somebody typed into a search field, understood: never an error, whatever it is.

Words must all occur, in any form; ``"a phrase"`` occurs word for word; ``-word`` must not occur; of words joined by
``or`` one must occur. Everything else is read as words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import combinations

from p2psandbox.platform.search.lexemes import joins, readings
from p2psandbox.platform.search.stems import COMMON
from p2psandbox.platform.search.words import Word, words_of

#: Longest query that is read, in characters, and most words of it that are looked up.
MAX_QUERY = 200
MAX_WORDS = 16
#: Shortest beginning of a word that is completed.
SHORTEST_PREFIX = 3
#: From this many words on, a loosened query asks for any of them instead of all but one.
_MANY = 7

_QUOTES = '"“”„«»'
_ITEM = re.compile(
    rf"(?P<minus>(?<!\S)[-−–])?(?:[{_QUOTES}](?P<phrase>[^{_QUOTES}]*)[{_QUOTES}]?|(?P<bare>[^\s{_QUOTES}]+))"
)
_OR = frozenset({"or", "|", "||", "أو", "او"})


class Problem(StrEnum):
    """Why a query cannot be looked up."""

    NOTHING = "nothing"
    ONLY_COMMON = "only common words"
    ONLY_EXCLUDED = "only excluded words"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a text is searched for to mark it: lexemes, and the beginning of a word still being typed."""

    lexemes: frozenset[str]
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    """An understood query. ``clauses`` must all hold, ``excluded`` must not; both are in PostgreSQL's spelling.

    ``pieces`` are what a loosened query may let go of: the clauses, but part numbers typed with spaces word by word.
    ``last`` is the folded last word if it may be unfinished. ``was_cut`` says that not everything typed was read.
    """

    text: str
    clauses: tuple[str, ...] = ()
    pieces: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    lexemes: frozenset[str] = frozenset()
    last: str = ""
    was_cut: bool = False
    problem: Problem | None = None
    labels: tuple[str, ...] = field(default=())

    def __bool__(self) -> bool:
        return self.problem is None

    @property
    def tsquery(self) -> str:
        """All clauses, none of what is excluded."""
        return self._with(self.clauses)

    @property
    def unfinished(self) -> str:
        """The same, but the last word may go on; empty where that makes no difference."""
        if not self.last:
            return ""
        return self._with((*self.clauses[:-1], f"({self.clauses[-1]} | {_quoted(self.last)}:*)"))

    @property
    def loosened(self) -> str:
        """All pieces but one, whichever; empty for a single one."""
        if len(self.pieces) < 2:
            return ""
        if len(self.pieces) > _MANY:
            return self.anything
        parts = (" & ".join(some) for some in combinations(self.pieces, len(self.pieces) - 1))
        return self._with((_any(parts),))

    @property
    def anything(self) -> str:
        """Any of the pieces; empty for a single one."""
        return self._with((_any(self.pieces),)) if len(self.pieces) > 1 else ""

    def narrowed(self, *labels: str) -> Query:
        """Return this query for rows with these labels only (see :func:`lexemes.label`)."""
        return replace(self, labels=labels)

    @property
    def wanted(self) -> Wanted:
        """What to mark in a text that was found."""
        prefix = self.last if len(self.last) >= SHORTEST_PREFIX else ""
        return Wanted(self.lexemes, prefix)

    def _with(self, clauses: tuple[str, ...]) -> str:
        return " & ".join([*map(_quoted, self.labels), *clauses, *(f"!{one}" for one in self.excluded)])


def understand(text: str) -> Query:
    """Return what a person typed as a query; falsy, with its ``problem``, if there is nothing to look up."""
    return _Reading(text).query()


class _Reading:
    """One query being read."""

    def __init__(self, text: str) -> None:
        self.text = " ".join(text.replace("\x00", " ").split())
        self.was_cut = len(self.text) > MAX_QUERY
        self.text = self.text[:MAX_QUERY]
        self.clauses: list[list[str]] = []
        self.pieces: list[list[str]] = []
        self.excluded: list[str] = []
        self.lexemes: set[str] = set()
        self.last = ""
        self.words = 0
        self._saw_word = False
        self._or = False

    def query(self) -> Query:
        run: list[tuple[int, int]] = []  # neighbouring plain words, read together because of part numbers
        for item in _ITEM.finditer(self.text):
            bare = item["bare"]
            if bare is not None and not item["minus"] and bare.casefold() not in _OR:
                if self._or:
                    self._plain(run)
                    run = []
                run.append(item.span("bare"))
                if self._or:
                    self._plain(run)
                    run = []
                continue
            self._plain(run)
            run = []
            if bare is not None and not item["minus"]:
                self._or = bool(self.clauses)
            elif item["minus"]:
                self._exclude(item["phrase"] if bare is None else bare, phrase=bare is None)
            else:
                self._add(self._phrase(list(words_of(item["phrase"])), exact=True))
        self._plain(run, at_end=True)
        return Query(
            text=self.text,
            clauses=tuple(map(_any, self.clauses)),
            pieces=tuple(map(_any, self.pieces)),
            excluded=tuple(self.excluded),
            lexemes=frozenset(self.lexemes),
            last=self.last,
            was_cut=self.was_cut,
            problem=self._problem(),
        )

    def _problem(self) -> Problem | None:
        if self.clauses:
            return None
        if self.excluded:
            return Problem.ONLY_EXCLUDED
        return Problem.ONLY_COMMON if self._saw_word else Problem.NOTHING

    def _add(self, clause: str, pieces: Sequence[str] = ()) -> None:
        """Add a clause; ``pieces`` is what it falls into when the query is loosened (itself unless given)."""
        if not clause:
            return
        if self._or:
            self.clauses[-1].append(clause)
            self.pieces[-1].append(clause)
        else:
            self.clauses.append([clause])
            self.pieces += [[piece] for piece in pieces or (clause,) if piece]
        self._or = False

    def _plain(self, run: list[tuple[int, int]], *, at_end: bool = False) -> None:
        """Add words typed without quotes; those that make up a part number become one clause."""
        if not run:
            return
        start, end = run[0][0], run[-1][1]
        text = self.text[start:end]
        words = [word for word in words_of(text) if self._room()]
        tied = {join.first: join.last for join in joins(text, words)}
        place = 0
        while place < len(words):
            last = place
            while last in tied:
                last = tied[last]
            together = words[place : last + 1]
            if last == place:
                self._add(self._word(words[place]))
            elif text[together[0].end : together[-1].start].count(" "):
                self._add(self._code(text, together), [self._word(word) for word in together])
            else:
                self._add(self._code(text, together))
            place = last + 1
            if at_end and place == len(words) and together[-1].end == len(text):
                self._stay_open(together)

    def _stay_open(self, words: list[Word]) -> None:
        """Remember the last word: it may be unfinished."""
        if words[-1].form not in COMMON and self.clauses and len(self.clauses[-1]) == 1:
            self.last = "".join(word.form for word in words[-3:])

    def _room(self) -> bool:
        self._saw_word = True
        self.words += 1
        self.was_cut |= self.words > MAX_WORDS
        return self.words <= MAX_WORDS

    def _word(self, word: Word) -> str:
        lexemes = readings(word.form)
        self.lexemes.update(lexemes)
        return _any(map(_quoted, lexemes))

    def _code(self, text: str, words: list[Word]) -> str:
        """A compound or part number, in one piece or in several."""
        pieces = [self._word(word) for word in words]
        ways = [" & ".join(piece for piece in pieces if piece)] if any(pieces) else []
        for join in joins(text, words):
            rest = [piece for place, piece in enumerate(pieces) if piece and not join.first <= place <= join.last]
            lexemes = readings(join.form)
            self.lexemes.update(lexemes)
            if lexemes:
                ways.append(" & ".join([_any(map(_quoted, lexemes)), *rest]))
        return _any(f"({way})" for way in ways)

    def _phrase(self, words: list[Word], *, exact: bool) -> str:
        """Words one after the other; common ones are not stored, so they only take up their room."""
        found, gap = "", 0
        for word in words:
            if not self._room():
                break
            gap += 1
            lexemes = readings(word.form)
            if not lexemes:
                continue
            if exact:
                lexemes = lexemes[:1]
            self.lexemes.update(lexemes)
            one = _any(map(_quoted, lexemes))
            found = f"{found} <{gap}> {one}" if found else one
            gap = 0
        return f"({found})" if " <" in found else found

    def _exclude(self, text: str, *, phrase: bool) -> None:
        known = set(self.lexemes)
        clause = self._phrase(list(words_of(text)), exact=phrase)
        self.lexemes = known
        if clause:
            self.excluded.append(clause)
        self._or = False


def _quoted(lexeme: str) -> str:
    return f"'{lexeme}'"


def _any(parts: Iterable[str]) -> str:
    found = list(parts)
    return found[0] if len(found) == 1 else f"({' | '.join(found)})" if found else ""
