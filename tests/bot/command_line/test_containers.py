"""Files as people have them: packed, encoded, delimited and titled in all ways, they say the same as the plain file."""

import gzip
import io
import json
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest

from tests.bot.command_line.conftest import Terminal

HEAD = ["request_id", "ts_start", "provider", "model", "input_tokens", "output_tokens", "cost", "team"]
ROWS = [["c1", "2026-11-05T10:00:00Z", "openai", "gpt-5-mini", "1000", "50", "0.5", "Zürich"],
        ["c2", "2026-11-05T11:00:00Z", "openai", "gpt-5-mini", "2000", "10", "0.25", "search"]]  # fmt: skip


def table(delimiter: str = ",", end: str = "\n", above: str = "", below: str = "") -> str:
    return above + end.join(delimiter.join(row) for row in (HEAD, *ROWS)) + end + below


def workbook(*sheets: tuple[str, list[list[Any]]]) -> bytes:
    """A workbook as small as one can be; dates are numbers with a style."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        names = "".join(f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>' for n, (name, _) in enumerate(sheets, 1))
        book.writestr("[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
                      '<Default Extension="xml" ContentType="application/xml"/></Types>')  # fmt: skip
        book.writestr(
            "_rels/.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            '<Relationship Id="rId1" '
            'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>',
        )
        main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        rels = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        book.writestr(
            "xl/workbook.xml", f'<workbook xmlns="{main}" xmlns:r="{rels}"><sheets>{names}</sheets></workbook>'
        )
        targets = "".join(f'<Relationship Id="rId{n}" Type="{rels}/worksheet" Target="worksheets/sheet{n}.xml"/>'
                          for n, _ in enumerate(sheets, 1))  # fmt: skip
        targets += f'<Relationship Id="rId99" Type="{rels}/styles" Target="styles.xml"/>'
        book.writestr("xl/_rels/workbook.xml.rels", '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
                      f'relationships">{targets}</Relationships>')  # fmt: skip
        book.writestr("xl/styles.xml", f'<styleSheet xmlns="{main}"><cellXfs><xf numFmtId="0"/><xf numFmtId="22"/>'
                      "</cellXfs></styleSheet>")  # fmt: skip
        for n, (_, rows) in enumerate(sheets, 1):
            cells = "".join("<row>" + "".join(map(_cell, row)) + "</row>" for row in rows)
            book.writestr(f"xl/worksheets/sheet{n}.xml",
                          f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>')  # fmt: skip
    return out.getvalue()


def _cell(value: Any) -> str:
    if isinstance(value, datetime):
        days = (value - datetime(1899, 12, 30)).total_seconds() / 86400
        return f'<c s="1"><v>{days}</v></c>'
    if isinstance(value, int | float):
        return f"<c><v>{value}</v></c>"
    return f'<c t="inlineStr"><is><t>{escape(str(value))}</t></is></c>'


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


SHEET: list[list[Any]] = [
    HEAD,
    *([id, datetime.fromisoformat(at[:-1]), provider, model, int(tokens), int(output), float(cost), team]
      for id, at, provider, model, tokens, output, cost, team in ROWS),
]  # fmt: skip
CONTAINERS: dict[str, bytes] = {
    "plain.csv": table().encode(),
    "marked.csv": table().encode("utf-8-sig"),
    "utf16.csv": table("\t").encode("utf-16"),
    "utf16be.txt": table(";").encode("utf-16-be"),
    "latin.csv": table(";").encode("cp1252"),
    "semicolons.csv": table(";", "\r\n").encode(),
    "tabs.tsv": table("\t").encode(),
    "pipes.txt": table("|").encode(),
    "titled.csv": table(above="Usage report\nFrom,2026-11-01,To,2026-11-30\n\n").encode(),
    "excel.csv": table(";", "\r\n", above="sep=;\r\n").encode("utf-8-sig"),
    "blanks.csv": table(end="\n\n").encode(),
    "packed.csv.gz": gzip.compress(table(";").encode()),
    "packed_without_a_name": gzip.compress(table().encode()),
    "unpacked_by_the_browser.csv.gz": table().encode(),
    "archive.zip": zipped({"reports/usage.csv": table().encode(), "__MACOSX/._usage.csv": b"\0\5\x16"}),
    "book.xlsx": workbook(("Usage", SHEET)),
    "titled.xlsx": workbook(("Usage", [["Report of usage", ""], *SHEET])),
    "array.json": json.dumps([dict(zip(HEAD, row, strict=True)) for row in ROWS], indent=1).encode(),
    "answer.json": json.dumps({"data": [dict(zip(HEAD, row, strict=True)) for row in ROWS], "next": None}).encode(),
    "lines.jsonl": "".join(json.dumps(dict(zip(HEAD, row, strict=True))) + "\n" for row in ROWS).encode("utf-16"),
}


@pytest.mark.parametrize("name", sorted(CONTAINERS))
def test_a_container_says_what_the_plain_file_says(tuppence: Terminal, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(CONTAINERS[name])
    said = tuppence("import", tmp_path / name)
    assert (said.code, said.error) == (0, "")
    assert ": a log of AI requests\n2 read" in said.out
    answer = json.loads(tuppence("ask", "cost by team 2026-11-05", "--json").out)
    assert {row["key"]["team"]: row["value"] for row in answer["rows"]} == {"Zürich": "0.5", "search": "0.25"}


def test_latin_letters_are_said(tuppence: Terminal, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(CONTAINERS["latin.csv"])
    assert "a.csv is not UTF-8; it was read as Western European text (Windows-1252)." in tuppence(
        "import", tmp_path / "a.csv").out  # fmt: skip


def test_further_sheets_are_named(tuppence: Terminal, tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(workbook(("Usage", SHEET), ("Notes", [["x"]]), ("Old", SHEET)))
    assert "a.xlsx: the sheet Usage was read; not read: Notes, Old." in tuppence("import", tmp_path / "a.xlsx").out


def test_a_zip_holds_several_kinds_and_each_member_stands_alone(tuppence: Terminal, tmp_path: Path) -> None:
    drivers = b"date,app,driver,count\n2026-11-05,chat,tickets,12\n"
    (tmp_path / "a.zip").write_bytes(
        zipped({"calls.csv": table().encode(), "drivers.csv": drivers, "x.csv": b"a,b\n1,2\n"})
    )
    said = tuppence("import", tmp_path / "a.zip")
    assert said.code == 2
    assert "a.zip:calls.csv: a log of AI requests" in said.out
    assert "a.zip:drivers.csv: business drivers" in said.out
    assert "a.zip:x.csv is in none of the formats" in said.error


def test_a_totals_row_is_held_back_by_its_date(tuppence: Terminal, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(table(below=",Total,,,3000,60,0.75,\n"))
    said = tuppence("import", tmp_path / "a.csv")
    assert "2 added" in said.out
    assert "a.csv, row 3, request_id: is empty" in said.out


def test_a_large_plain_file_is_read_where_it_lies(tmp_path: Path) -> None:
    from sources._files.reading import pieces

    file = tmp_path / "a.csv"
    file.write_text(table())
    (found,) = pieces(file, "a.csv", tmp_path, lambda path: ())
    assert found.layouts[0].write(tmp_path) == file


FOCUS = ("ChargePeriodStart;ProviderName;BillingAccountId;ServiceName;ChargeCategory;BilledCost;EffectiveCost;"
         "BillingCurrency\n")  # fmt: skip
MONEY: dict[str, tuple[list[str], str]] = {
    "decimal commas": (["1.234,50", "0,05", "12"], "1246.55"),
    "dollars": (["$1,234.50", "(12.50)", "-$3"], "1219"),
    "grouped": (["1,234,567.8", "1,000", "2"], "1235569.8"),
    "euro signs": (["1.234,50 €", "5,50 €", "3 €"], "1243"),
    "plain": (["1234.5", "1e-2", "3"], "1237.51"),
}


@pytest.mark.parametrize("name", sorted(MONEY))
def test_amounts_are_read_as_their_column_writes_them(tuppence: Terminal, tmp_path: Path, name: str) -> None:
    amounts, total = MONEY[name]
    rows = "".join(f"2026-11-0{n};Acme;a1;Chat;Usage;{amount};{amount};USD\n" for n, amount in enumerate(amounts, 1))
    (tmp_path / "a.csv").write_text(FOCUS + rows)
    assert " 0 quarantined" in tuppence("import", tmp_path / "a.csv").out
    assert json.loads(tuppence("ask", "cost 2026-11", "--json").out)["total"] == total


def test_an_amount_that_can_be_two_is_refused(tuppence: Terminal, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(FOCUS + "2026-11-01;Acme;a1;Chat;Usage;1,234;1,234;USD\n")
    said = tuppence("import", tmp_path / "a.csv")
    assert said.code == 2
    assert "a.csv: the column BilledCost holds “1,234”, which can be 1234 or 1.234;" in said.error


WHEN: dict[str, tuple[list[str], date]] = {
    "day first": (["05/11/2026", "13/11/2026"], date(2026, 11, 5)),
    "month first": (["11/05/2026", "11/13/2026"], date(2026, 11, 5)),
    "short": (["11/5/26", "11/13/26"], date(2026, 11, 5)),
    "dotted": (["05.11.2026", "06.11.2026 10:00"], date(2026, 11, 5)),
    "year first": (["2026/11/05", "2026/11/06"], date(2026, 11, 5)),
    "named": (["5-Nov-2026", "6 November 2026"], date(2026, 11, 5)),
    "named first": (["Nov 5, 2026", "Nov 6, 2026 3:04 PM"], date(2026, 11, 5)),
    "half days": (["2026-11-05 11:30:00 PM", "2026-11-06 12:30 AM"], date(2026, 11, 5)),
    "offsets": (["2026-11-06T01:00:00+02:00", "2026-11-06 10:00:00 +0000 UTC"], date(2026, 11, 5)),
    "zones": (["2026-11-05 10:00:00 UTC", "2026-11-06T10:00:00Z"], date(2026, 11, 5)),
    "seconds": (["1793872800", "1793959200.5"], date(2026, 11, 5)),
    "milliseconds": (["1793872800123", "1793959200123"], date(2026, 11, 5)),
    "floats": (["1.7938728e9", "1.7939592e9"], date(2026, 11, 5)),
    "serial numbers": (["46331.5", "46332"], date(2026, 11, 5)),
    "digits": (["20261105", "20261106"], date(2026, 11, 5)),
    "a total": (["13/11/2026", "Total"], date(2026, 11, 13)),
}


def bill(file: Path, dates: list[str]) -> Path:
    file.write_text(FOCUS + "".join(f"{day};Acme;a1;Chat;Usage;1;1;USD\n" for day in dates))
    return file


@pytest.mark.parametrize("name", sorted(WHEN))
def test_dates_are_read_as_their_column_writes_them(tuppence: Terminal, tmp_path: Path, name: str) -> None:
    dates, first = WHEN[name]
    assert tuppence("import", bill(tmp_path / "a.csv", dates)).code == 0
    assert json.loads(tuppence("ask", f"cost {first}", "--json").out)["total"] == "1"


def test_dates_that_can_be_read_both_ways_ask_how(tuppence: Terminal, tmp_path: Path) -> None:
    file = bill(tmp_path / "a.csv", ["05/11/2026", "06/11/2026"])
    said = tuppence("import", file)
    assert (said.code, said.out) == (2, "")
    assert "can be read day first or month first; import it again with --dates day-first" in said.error
    for how, month in (("day-first", "2026-11"), ("month-first", "2026-05")):
        assert tuppence("import", "--dates", how, file).code == 0
        assert json.loads(tuppence("ask", f"cost {month}", "--json").out)["total"] in ("2", "1")


def test_a_column_that_writes_both_ways_is_refused(tuppence: Terminal, tmp_path: Path) -> None:
    said = tuppence("import", bill(tmp_path / "a.csv", ["13/11/2026", "11/14/2026"]))
    assert "so its dates are written in two ways" in said.error


def test_another_column_of_the_file_decides(tuppence: Terminal, tmp_path: Path) -> None:
    head = FOCUS.replace("ChargePeriodStart", "ChargePeriodStart;BillingPeriodStart")
    rows = "".join(f"{day:02}/11/2026;01/11/2026;Acme;a1;Chat;Usage;10;10;USD\n" for day in range(1, 29))
    (tmp_path / "a.csv").write_text(head + rows)
    assert tuppence("import", tmp_path / "a.csv").code == 0
    assert json.loads(tuppence("ask", "cost 2026-11", "--json").out)["total"] == "280"


def test_a_page_is_refused_where_a_bill_knows_its_days(tuppence: Terminal, tmp_path: Path) -> None:
    page = "usage_date_utc,model,workspace,cost_usd\n2026-11-05,Claude Sonnet 4.5,Default,1.5\n"
    (tmp_path / "page.csv").write_text(page)
    (tmp_path / "bill.csv").write_text(FOCUS.replace(";", ",") + "2026-11-05,Anthropic,a1,Claude,Usage,2,2,USD\n")
    assert tuppence("import", tmp_path / "bill.csv").code == 0
    said = tuppence("import", tmp_path / "page.csv")
    assert said.code == 2
    assert "the source focus already tells of anthropic on 2026-11-05, so the file would count twice." in said.error
    assert json.loads(tuppence("ask", "cost 2026-11-05", "--json").out)["total"] == "2"


def test_a_page_replaces_only_the_days_it_names(tuppence: Terminal, tmp_path: Path) -> None:
    head = "usage_date_utc,model,workspace,cost_usd\n"
    for rows in ("2026-11-05,m,w,1\n2026-11-07,m,w,4\n", "2026-11-05,m,w,2\n", "2026-11-07,m,other,8\n"):
        (tmp_path / "page.csv").write_text(head + rows)
        assert tuppence("import", tmp_path / "page.csv").code == 0
    assert json.loads(tuppence("ask", "cost 2026-11", "--json").out)["total"] == "14"
