"""Synthetic texts: titles and bodies from a pool of sentences made once, as HTML and as plain text."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.seeding import vocabulary as words
from dashboard.seeding.chance import Chance

#: Different sentences per language; texts repeat them in new orders.
_POOL = 3_000


@dataclass(frozen=True, slots=True)
class Body:
    """What a post says: ``html`` as the sanitiser leaves it, ``text`` as it reads it."""

    html: str
    text: str


class Prose:
    """Writes titles and bodies. What it writes holds nothing that HTML would have to escape."""

    def __init__(self, chance: Chance) -> None:
        self.chance = chance
        self._english = [self._fill(chance.choice(words.SENTENCES)) for _ in range(_POOL)]
        self._arabic = [self._fill(chance.choice(words.ARABIC_SENTENCES), arabic=True) for _ in range(_POOL // 5)]

    def title(self, *, arabic: bool = False) -> str:
        """Return a title of 20 to 120 characters."""
        title = self._fill(self.chance.choice(words.ARABIC_TITLES if arabic else words.TITLES), arabic=arabic)
        return title[:1].upper() + title[1:]

    def paragraph(self, *, arabic: bool = False, sentences: int = 3) -> str:
        """Return so many sentences on one line."""
        return " ".join(self.chance.choices(self._arabic if arabic else self._english, k=sentences))

    def body(self, *, arabic: bool = False) -> Body:
        """Return one to four paragraphs, now and then with a list or a line of code."""
        chance = self.chance
        html: list[str] = []
        text: list[str] = []
        for _ in range(chance.choices((1, 2, 3, 4), (45, 30, 17, 8))[0]):
            paragraph = self.paragraph(arabic=arabic, sentences=chance.randint(1, 4))
            html.append(f"<p>{paragraph}</p>")
            text.append(paragraph)
        kind = chance.random()
        if kind < 0.12:
            items = [self.paragraph(arabic=arabic, sentences=1) for _ in range(chance.randint(2, 5))]
            html.append("<ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>")
            text += items
        elif kind < 0.18:
            line = f"{chance.choice(words.PARTS)} alarm {chance.randint(100, 9999)}"
            html.append(f"<pre><code>{line}</code></pre>")
            text.append(line)
        return Body("".join(html), "\n".join(text))

    def tags(self) -> list[str]:
        """Return one to four tags, each once."""
        return self.chance.sample(words.TAGS, self.chance.choices((1, 2, 3, 4), (30, 40, 20, 10))[0])

    def _fill(self, template: str, *, arabic: bool = False) -> str:
        pick = self.chance.choice
        return template.format(
            machine=pick(words.ARABIC_MACHINES if arabic else words.MACHINES),
            fault=pick(words.ARABIC_FAULTS if arabic else words.FAULTS),
            subject=pick(words.ARABIC_SUBJECTS if arabic else words.SUBJECTS),
            part=pick(words.PARTS),
            action=pick(words.ACTIONS),
            n=self.chance.randint(2, 40),
        )
