"""Whether everyone can use a page: what axe-core finds wrong for a keyboard or a screen reader."""

from __future__ import annotations

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

#: The rules of WCAG 2.2, levels A and AA, and those that need no standard to be right.
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


async def offences(page: Page) -> list[str]:
    """What is wrong on the page that is open: the rule, and where on the page."""
    found = await Axe().run(page, options={"runOnly": _RULES, "resultTypes": ["violations"]})
    return [
        f"{page.url} {one['id']}: {' '.join(node['target'])}"
        for one in found.response["violations"]
        for node in one["nodes"]
    ]
