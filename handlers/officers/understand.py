"""What the reader makes of a sentence, laid open for whoever must trust it."""

from __future__ import annotations

from datetime import date
from typing import Any

from handlers.reports.forms import number
from handlers.talk.scene import Library, address_words
from handlers.talk.understanding.reader import Item


def as_json(library: Library, sentence: str, today: date) -> dict[str, Any]:
    """The reading as plain values: items, whether nothing was done, and what would be asked."""
    read = library.reader.understand(sentence, today)
    ask = None
    if read.missing == "quantity":
        form = next(iter(library.content.forms.values()))
        question = library.content.activity(read.items[0].activity).question
        ask = question.format_map(address_words(form))
    elif read.missing == "sure":
        form = next(iter(library.content.forms.values()))
        ask = library.content.phrases["report.sure"].format_map(address_words(form))
    return {
        "items": [_item(library, item) for item in read.items],
        "negated": read.negated,
        "ask": ask,
    }


def _item(library: Library, item: Item) -> dict[str, Any]:
    amount = item.amount
    return {
        "activity": item.activity,
        "quantity": number(amount.quantity) if amount else None,
        "unit": library.content.unit_of_measure(amount.unit_of_measure).name if amount else None,
        "what": amount.what if amount else None,
        "on": item.on.isoformat() if item.on else None,
        **({"lost": number(item.lost)} if item.lost is not None else {}),
        **({"who": item.who} if item.who else {}),
    }
