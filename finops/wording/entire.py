"""A sentence that was read to its end: its canonical line, or what contradicts or is missing in it."""

from __future__ import annotations

from finops.asked import EXAMPLE, SUMS
from finops.errors import Unclear
from finops.naming import quoted
from finops.question import Dimension, Grain
from finops.wording.sentence import Sentence
from finops.wording.spelling import FILTER
from finops.wording.vocabulary import cut_of

_RANKED = "cost by team top 5"


def line(sentence: Sentence) -> str:
    """The canonical line of *sentence*; Unclear if its parts contradict each other."""
    _named_once(sentence)
    told = _told(sentence)
    for said in (_who, _ends, _moves, _when):
        said(sentence)
    where = [f"{'-' if negated else ''}{cut}:{','.join(map(quoted, values))}"
             for (cut, negated), values in sentence.kept.items()]  # fmt: skip
    pieces = sorted(sentence.pieces, key=lambda piece: piece == "vs previous")  # else a date after it would be its own
    return " ".join((told, *where, *pieces))


def _told(sentence: Sentence) -> str:
    """What is to be told; cost where nothing else is named and that cannot mean another thing."""
    if "bill" in sentence.heard:
        _on_the_bill(sentence)
    counted, figure = (Dimension.DRIVER, False) in sentence.kept, sentence.figure
    if not figure and counted:
        return "drivers"
    if "counts" in sentence.heard and figure in ("", "cost"):
        raise Unclear("How many of what? I count tokens, requests, seats and GPU hours.", example="tokens last 7d")
    if not figure and ("vague" in sentence.heard or not (sentence.pieces or sentence.kept)):
        raise Unclear("What shall I tell: cost, tokens, requests, or a KPI?", example=EXAMPLE)
    _adds(sentence, figure or "cost")
    return figure or "cost"


def _on_the_bill(sentence: Sentence) -> None:
    """`cost on the bill` is of the billed ledger; `what is on the bill` is billed cost."""
    if sentence.figure:
        sentence.pieces.append("billed")
    else:
        sentence.figure = "billed_cost"


def _adds(sentence: Sentence, figure: str) -> None:
    """What adds up is told of all drivers together, and not as an average."""
    driver = next(iter(sentence.kept.get((Dimension.DRIVER, False), ())), "")
    if driver and figure in SUMS and figure != "drivers":
        raise Unclear(f"{figure} of {driver}? That can only be told per {driver}.",
                      example="kpi tokens_per_driver by app")  # fmt: skip
    if "average" in sentence.heard and figure in SUMS:
        raise Unclear(f"I tell sums of {figure.replace('_', ' ')}, no averages; but of each day, week or month.",
                      example=f"ask {figure} by day last 30d")  # fmt: skip


def _named_once(sentence: Sentence) -> None:
    for piece in filter(FILTER.match, sentence.pieces):
        cut = cut_of([piece.partition(":")[0].lower()])
        if cut and (cut[0], False) in sentence.kept:
            raise Unclear(f"I read two {cut[0]}s in that; please name one.", example=f"cost by {cut[0]} last 30d")


def _who(sentence: Sentence) -> None:
    """`who` asks which teams."""
    if "who" not in sentence.heard:
        return
    team = next(iter(sentence.kept.get((Dimension.TEAM, False), ())), "")
    if team:
        raise Unclear(f"Who in {team}? I tell teams apart, not people; but keys and apps, too.",
                      example=f"ask cost by key team:{quoted(team)}")  # fmt: skip
    if not sentence.says("by "):
        sentence.pieces.append("by team")


def _ends(sentence: Sentence) -> None:
    """`which team spent the least` ranks from the bottom; the largest come first anyhow."""
    least = "least" in sentence.heard
    if (least or sentence.says("bottom ")) and ("most" in sentence.heard or sentence.says("top ")):
        raise Unclear("The most, or the least? Please ask for one after the other.", example=_RANKED)
    if least and not sentence.says("by "):
        raise Unclear("The least of what? Name what to cut by.", example="cost by model bottom 5")
    sentence.pieces += ["bottom 10"] if least and not sentence.says("bottom ") else []


def _moves(sentence: Sentence) -> None:
    """`is openai up` needs to know since when; what moved most is another question."""
    if "moved" in sentence.heard and not sentence.says("vs "):
        raise Unclear("More or less than when? Name what to compare with.",
                      example="cost by model last 30d vs previous")  # fmt: skip
    if "moved" in sentence.heard and sentence.heard & {"most", "least"}:
        raise Unclear("I rank by how much it is, not by how it moved; but I can show both.",
                      example="cost by team last 30d vs previous")  # fmt: skip


def _when(sentence: Sentence) -> None:
    """`so far` is of some period; what is told over time goes by day where no step is named."""
    if "so far" in sentence.heard and "dated" not in sentence.heard:
        raise Unclear("So far in which period? Name when it begins.", example="cost mtd")
    cuts = {cut for piece in sentence.pieces if piece.startswith("by ") for cut in piece[3:].split(",")}
    if "over time" in sentence.heard and not cuts & {*Grain, Dimension.HOUR}:
        sentence.pieces.append("by day")
