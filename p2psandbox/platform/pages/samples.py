"""Made-up content for the style page: what the components look like with real lengths of text."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

BODY = """<p>Since the weekend our <strong>6ES7 314-6EH04</strong> drops out of RUN about twice per shift.
The diagnostic buffer says <code>16#4550</code>, then nothing for hours.</p>
<h3>What we tried</h3>
<ul><li>Swapped the 24 V supply and measured ripple: 80 mV.</li><li>Moved the encoder cable off the drive.
<ol><li>Shield on both ends</li><li>Ferrite at the drive</li></ol></li></ul>
<blockquote><p>It only happens when line 2 starts.</p></blockquote>
<pre><code>2025-03-02 06:14:07  CPU  STOP  16#4550  defective
2025-03-02 06:14:09  CPU  RUN   warm restart</code></pre>
<table><tbody><tr><th>Shift</th><th>Stops</th><th>Minutes lost</th></tr>
<tr><td>Early</td><td>2</td><td>14</td></tr>
<tr><td>Late</td><td>1</td><td>6</td></tr></tbody></table>
<p>The manual is <a href="https://example.com/manual" rel="nofollow">here</a>. Has anyone seen this?</p>"""

ARABIC_BODY = """<p>منذ نهاية الأسبوع تتوقف وحدة <strong>6ES7 314-6EH04</strong> عن العمل مرتين في كل وردية.
يظهر في السجل <code>16#4550</code> ثم لا شيء لساعات.</p>
<h3>ما جربناه</h3>
<ul><li>غيّرنا مصدر 24 فولت وقسنا التموج: 80 مللي فولت.</li><li>أبعدنا كابل المشفّر عن المحرك.</li></ul>
<blockquote><p>يحدث ذلك فقط عندما يبدأ الخط الثاني.</p></blockquote>
<pre><code>2025-03-02 06:14:07  CPU  STOP  16#4550</code></pre>
<p>هل رأى أحدكم هذا من قبل؟</p>"""

FACTS = [
    ("Industry", "Metals and metalworking"),
    ("People", "50–249 people"),
    ("Site", "Borg El Arab, Alexandria, Egypt"),
    ("Certified", "ISO 9001, IATF 16949"),
    ("Vendor", ""),
]
FILES = [
    {"pk": "0", "name": "Manual, pump 3.pdf", "bytes": 2_400_000},
    {"pk": "1", "name": "سجل التوقفات.csv", "bytes": 18_000},
]
TABS = [
    {"label": "All", "url": "#", "current": True, "count": 1284},
    {"label": "Unanswered", "url": "#", "current": False, "count": 37},
    {"label": "Your organization", "url": "#", "current": False, "count": 6},
    {"label": "Bookmarked", "url": "#", "current": False, "count": None},
]


def _outcome(name: str, change: str, period: str, improved: bool | None, *figures: Any) -> dict[str, Any]:
    baseline, result, unit = figures or (None, None, "")
    return {
        "name": name, "change": change, "period": period, "improved": improved,
        "baseline": baseline, "result": result, "unit": unit,
    }  # fmt: skip


def cards(today: date, *, arabic: bool) -> list[dict[str, Any]]:
    """Use case cards: with figures, worse than before, without figures, and a draft."""
    common = {"url": "#", "verified": True, "date": today - timedelta(days=40), "state": ""}
    if arabic:
        return [
            common | {
                "title": "حساسات اهتزاز على ضواغط الهواء تنبّه قبل العطل بأسبوعين",
                "outcome": _outcome("التوقف", "−38 %", "في 6 أشهر", True, 42, 26, "ساعة"),
                "organization": "مسابك الدلتا", "place": "الإسكندرية، مصر", "industry": "المعادن",
            },
            common | {
                "title": "فحص بالكاميرا لعبوات التغليف", "outcome": None, "verified": False,
                "summary": "انخفضت شكاوى العملاء بوضوح بعد أول شهر، ولم نقس ذلك بعد.",
                "organization": "نور للتغليف", "place": "عمّان، الأردن", "industry": "التغليف",
            },
        ]  # fmt: skip
    return [
        common | {
            "title": "Vibration sensors on three screw compressors warn two weeks before a bearing fails",
            "outcome": _outcome("Scrap", "−38 %", "in 6 months", True, 7.4, 4.6, "%"),
            "organization": "Delta Castings", "place": "Alexandria, Egypt", "industry": "Metals",
        },
        common | {
            "title": "Inline camera check of crimped connectors",
            "outcome": _outcome("Rework hours", "+12 %", "in 3 months", False, 50, 56, "h"),
            "organization": "Nordkabel", "place": "Aarhus, Denmark", "industry": "Electronics",
        },
        common | {
            "title": "Kanban cards replaced by load cells under the bins",
            "outcome": None, "verified": False,
            "summary": "Nobody counts screws any more, and no line has waited for a part since May.",
            "organization": "Möbelwerk Oldenburg", "place": "Oldenburg, Germany",
            "industry": "Furniture and wood",
        },
        common | {
            "title": "Heat from the drying ovens warms the offices", "state": "in_review", "date": None,
            "outcome": _outcome("Gas", "−21 %", "per year", True, 410, 324, "MWh"),
            "organization": "Nile Ceramics", "place": "Cairo, Egypt", "industry": "Construction materials",
        },
    ]  # fmt: skip


def topics(now: datetime, *, arabic: bool) -> list[dict[str, Any]]:
    """Topic rows: answered, open and unread, locked and pinned."""
    common = {
        "url": "#",
        "answered": False,
        "locked": False,
        "pinned": False,
        "unread": False,
        "category": "",
    }
    if arabic:
        return [
            common | {
                "title": "وحدة 6ES7 314 تتوقف عند بدء الخط الثاني", "answered": True,
                "line": "منذ نهاية الأسبوع تتوقف الوحدة مرتين في كل وردية، والسجل يقول 16#4550.",
                "tags": [("PLC", "#"), ("6ES7 314", "#")], "organization": "مسابك الدلتا", "verified": True,
                "replies": 14, "last_activity": now - timedelta(hours=3),
            },
            common | {
                "title": "كم يكلف قياس OEE لخمس ماكينات؟", "unread": True,
                "line": "نفكر في حساسات تيار بسيطة بدل نظام كامل.", "tags": [("OEE", "#")],
                "organization": "نور للتغليف", "verified": False, "replies": 0,
                "last_activity": now - timedelta(minutes=12),
            },
        ]  # fmt: skip
    return [
        common | {
            "title": "How we ask questions here, and what makes a good one", "pinned": True, "locked": True,
            "line": "Machine, part number, fault code, since when, what you tried.", "tags": [],
            "organization": "P2P Sandbox", "verified": True, "replies": 0,
            "last_activity": now - timedelta(days=90),
        },
        common | {
            "title": "S7-300 drops out of RUN when line 2 starts, buffer says 16#4550", "answered": True,
            "line": "Since the weekend our 6ES7 314-6EH04 stops about twice per shift. The diagnostic buffer "
            "says 16#4550, then nothing for hours, and the shield is on both ends already.",
            "tags": [("PLC", "#"), ("6ES7 314", "#")], "organization": "Delta Castings", "verified": True,
            "replies": 14, "last_activity": now - timedelta(hours=3), "category": "Maintenance",
        },
        common | {
            "title": "What does OEE for five machines cost, all in?", "unread": True,
            "line": "We think of simple current sensors in place of a full MES.", "tags": [("OEE", "#")],
            "organization": "Möbelwerk Oldenburg", "verified": False, "replies": 1,
            "last_activity": now - timedelta(minutes=12),
        },
    ]  # fmt: skip
