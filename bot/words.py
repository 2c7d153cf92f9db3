"""Words: how a typed piece of text is said in Slack and in plain text."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.escape import clean, escaped
from finops.money import Money, abbreviated
from finops.people import Member
from finops.report import Code, Link, Moment, Piece, Quantity, Share, Strong, Text, say
from finops.stamp import Finality, Stamp

_CENT, _LEAST, _MOST = Decimal("0.01"), Decimal("0.1"), 3


def mrkdwn(text: Text, zone: str) -> str:
    """*text* for Slack: foreign words escaped, members mentioned, times in *zone*."""
    return "".join(_in_slack(piece, zone) for piece in text)


def plain(text: Text, zone: str) -> str:
    """*text* for a terminal, a notification's reader or a screen reader."""
    return "".join(_plain(piece, zone) for piece in text)


def exact(text: Text, zone: str) -> str:
    """*text* as tables say it: money to the cent, counts to the last one."""
    return "".join(_to_the_last(piece) or _plain(piece, zone) for piece in text)


def _to_the_last(piece: Piece) -> str:
    if isinstance(piece, Money) and (abs(piece.amount) >= _CENT or not piece.amount):
        return piece.cents
    if isinstance(piece, Quantity) and piece.number == piece.number.to_integral_value():
        return f"{piece.number:,.0f} {piece.unit}".strip().replace("-", "−")
    return ""


def _in_slack(piece: Piece, zone: str) -> str:
    match piece:
        case "\n":
            return "\n"
        case Member():
            return f"<@{piece.id}>" if piece.id.startswith(("U", "W")) else escaped(piece.name or piece.id)
        case Link():
            return f"<{piece.url}|{escaped(piece.text)}>"
        case Code():
            return f"`{escaped(piece.text)}`"
        case Strong():
            return f"*{escaped(piece.text)}*"
    said = _plain(piece, zone)
    return f"{' ' if said[:1] == ' ' else ''}{escaped(said)}{' ' if said[1:] and said[-1:] == ' ' else ''}"


def _plain(piece: Piece, zone: str) -> str:
    match piece:
        case "\n":
            return "\n"
        case str():
            return _kept_apart(piece)
        case Member():
            return clean(piece.name or piece.id)
        case Link() | Code() | Strong():
            return clean(piece.text)
    return _figure(piece, zone)


def _kept_apart(text: str) -> str:
    """*text* cleaned, with the space at its ends that parts it from its neighbours."""
    inner = clean(text)
    if not inner:
        return " " if text else ""
    return f"{' ' if text[0].isspace() else ''}{inner}{' ' if text[-1].isspace() else ''}"


def _figure(piece: Money | Share | Quantity | Moment | date, zone: str) -> str:
    match piece:
        case Money():
            return piece.short
        case Share():
            return share(piece.of_one, signed=piece.signed)
        case Quantity():
            return amount(piece.number, piece.unit)
        case Moment():
            return moment(piece.at, zone)
    return f"{piece:%a} {piece.day} {piece:%b}"


def amount(value: Decimal, unit: str) -> str:
    """*value* in *unit*: money as people write it (`$0.91/M tokens`), else a number with its unit."""
    currency, rest = unit[:3], unit[3:]
    if len(currency) == 3 and currency.isupper() and rest[:1] in ("", " ", "/"):
        return f"{Money(value, currency).short}{rest}"
    return f"{counted(value)} {unit}".strip()


def counted(number: Decimal) -> str:
    """*number* as people count: whole below a thousand if it is whole, else three significant digits."""
    sign, size = ("−" if number < 0 else ""), abs(number)
    return f"{sign}{size:.0f}" if size < 1000 and size == size.to_integral_value() else f"{sign}{abbreviated(size)}"


def share(of_one: Decimal, *, signed: bool = False) -> str:
    """0.041 as `4.1 %`; whole per cents from ten on, `<0.1 %` for a trace."""
    percent = of_one * 100
    if 0 < abs(percent) < _LEAST and not signed:
        return f"<{_LEAST} %"
    digits = 0 if abs(percent) >= 10 else 1
    shown = f"{percent:+.{digits}f}" if signed else f"{percent:.{digits}f}"
    return f"{shown.replace('-', '−')} %"


def moment(at: datetime, zone: str) -> str:
    """`23 Nov 09:12 CET`."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local.day} {local:%b %H:%M %Z}"


def stamped(stamp: Stamp, zone: str) -> str:
    """What kind of figures these are: `billed to 23 Nov · provisional · as of 24 Nov 09:00 CET · USD`."""
    until = f" to {stamp.until.day} {stamp.until:%b}" if stamp.until else ""
    beside = f" and {stamp.beside}" if stamp.beside else ""
    parts = [f"{stamp.ledger}{beside}{until}", stamp.finality.value if stamp.finality else Finality.PROVISIONAL.value]
    parts.append(f"as of {moment(stamp.as_of, zone)}" if stamp.as_of else "no data yet")
    converted = f" converted from {', '.join(stamp.converted_from)}" if stamp.converted_from else ""
    parts.append(f"{stamp.currency}{converted}")
    if stamp.unpriced_share:
        parts.append(f"{share(stamp.unpriced_share)} of tokens unpriced")
    return " · ".join(parts)


def absent(stamp: Stamp) -> Text:
    """Who is not in the figures, for only the other ledger knows of them; the dearest by name. Empty if nobody is."""
    if not stamp.absent:
        return ()
    named, rest = stamp.absent[:_MOST], stamp.absent[_MOST:]
    told = [(each.provider, Money(each.amount, stamp.currency)) for each in named]
    if rest:
        told.append((f"{len(rest)} more", Money(sum((each.amount for each in rest), Decimal(0)), stamp.currency)))
    listed = [piece for name, money in told for piece in (", ", f"{name} ", money)][1:]
    return say("Not in it: ", *listed, f" ({stamp.ledger.other} only).")
