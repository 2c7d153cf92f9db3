"""Rich text: sections, lists, quotes and what may stand in them."""

from sandbox.blocks.shape import choice, flag, kinds, many, pattern, shape, text, whole
from sandbox.blocks.text import ID, URL

_STYLE = shape({}, dict.fromkeys(("bold", "italic", "strike", "code", "underline"), flag))
_MENTION_STYLE = shape({}, dict.fromkeys(("bold", "italic", "strike", "highlight", "client_highlight", "unlink"), flag))
_TEXT = shape({"text": text(40_000)}, {"style": _STYLE})
_LINK = shape({"url": URL}, {"text": text(40_000), "unsafe": flag, "style": _STYLE})
_INLINE = kinds(
    {
        "text": _TEXT,
        "link": _LINK,
        "emoji": shape({"name": text(100)}, {"unicode": text(100), "skin_tone": whole(1, 6), "style": _STYLE}),
        "user": shape({"user_id": pattern("[UW][A-Z0-9]+")}, {"style": _MENTION_STYLE}),
        "usergroup": shape({"usergroup_id": pattern("S[A-Z0-9]+")}, {"style": _MENTION_STYLE}),
        "channel": shape({"channel_id": pattern("[CDG][A-Z0-9]+")}, {"style": _MENTION_STYLE}),
        "broadcast": shape({"range": choice("here", "channel", "everyone")}, {"style": _STYLE}),
        "color": shape({"value": text(20)}, {"style": _STYLE}),
        "date": shape(
            {"timestamp": whole(0, 99_999_999_999), "format": text(200)},
            {"url": URL, "fallback": text(200), "style": _STYLE},
        ),
    }
)
_VERBATIM = kinds({"text": _TEXT, "link": _LINK})
_SECTION = shape({"elements": many(_INLINE, 1000, 0)})

RICH_TEXT = shape(
    {
        "elements": many(
            kinds(
                {
                    "rich_text_section": _SECTION,
                    "rich_text_list": shape(
                        {
                            "style": choice("bullet", "ordered"),
                            "elements": many(kinds({"rich_text_section": _SECTION}), 1000),
                        },
                        {"indent": whole(0, 8), "offset": whole(0, 10_000), "border": whole(0, 1)},
                    ),
                    "rich_text_preformatted": shape(
                        {"elements": many(_VERBATIM, 1000, 0)}, {"border": whole(0, 1), "language": text(50)}
                    ),
                    "rich_text_quote": shape({"elements": many(_INLINE, 1000, 0)}, {"border": whole(0, 1)}),
                }
            ),
            1000,
        )
    },
    {"block_id": ID},
)
