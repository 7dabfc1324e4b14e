"""A report as one page for a browser, which asks no other file and no other host."""

from __future__ import annotations

from html import escape
from typing import Final

from resgraph.validate.report import Group, Mistake, Report, Violation
from resgraph.vocab import shorten

_STYLE: Final = """
:root { color-scheme: light dark; --line: #8885; --soft: #8881; --violation: #b3261e; --warning: #8a5a00;
  --info: #1f5f99; }
@media (prefers-color-scheme: dark) { :root { --violation: #ff9d94; --warning: #f0c060; --info: #8fc7ff; } }
* { box-sizing: border-box; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 64rem; margin: 0 auto; padding: 1.5rem; }
h1 { font-size: 1.5rem; margin: 0; }
section { border: 1px solid var(--line); border-radius: .5rem; margin: 1.25rem 0; overflow: hidden; }
section > header { padding: .75rem 1rem; background: var(--soft); border-left: .35rem solid; }
section.violation > header { border-left-color: var(--violation); }
section.warning > header { border-left-color: var(--warning); }
section.info > header { border-left-color: var(--info); }
h2 { font-size: 1.05rem; margin: 0; }
p { margin: .25rem 0 0; }
p + h2 { margin-top: .75rem; }
.severity { font-weight: 600; }
.severity.violation { color: var(--violation); }
.severity.warning { color: var(--warning); }
.severity.info { color: var(--info); }
ol { list-style: none; margin: 0; padding: 0; }
li { padding: .6rem 1rem; border-top: 1px solid var(--line); }
code { font: .875rem/1.45 ui-monospace, monospace; overflow-wrap: anywhere; }
.place { font-weight: 600; margin-right: .75rem; }
.fix::before { content: "Fix: "; font-weight: 600; }
""".strip()


def write(report: Report) -> str:
    """Return the page: a section for mistakes that have the same reasons, and in it every place."""
    sections = "\n".join(map(_section, report.groups()))
    summary = escape(report.summary())
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Validation: {summary}</title>
<style>
{_STYLE}
</style>
</head>
<body>
<h1>Validation</h1>
<p>{summary}</p>
<main>
{sections}
</main>
</body>
</html>
"""


def _section(group: Group) -> str:
    count = len(group.mistakes)
    times = f" · {count:,} times" if count > 1 else ""
    reasons = "\n".join(
        _reason(one, fix, times if number == 0 else "") for number, (one, fix) in enumerate(group.reasons)
    )
    places = "\n".join(_item(one, group.fixes(one)) for one in group.mistakes)
    return f"""<section class="{escape(group.lead.severity)}">
<header>
{reasons}
</header>
<ol>
{places}
</ol>
</section>"""


def _reason(one: Violation, fix: str | None, times: str) -> str:
    kind = escape(one.severity)
    return f"""<h2>{escape(one.shape_name)}</h2>
<p><span class="severity {kind}">{kind}</span>{times} · <code>{escape(shorten(one.shape))}</code></p>
<p>{escape(one.message)}</p>
{_fix(fix)}"""


def _item(mistake: Mistake, fixes: list[str]) -> str:
    lead = mistake.lead
    place = f'<span class="place">{escape(lead.place)}</span>' if lead.place else ""
    return f"<li><code>{place}{escape(lead.about)}</code>{''.join(map(_fix, fixes))}</li>"


def _fix(fix: str | None) -> str:
    return f'<p class="fix">{escape(fix)}</p>' if fix else ""
