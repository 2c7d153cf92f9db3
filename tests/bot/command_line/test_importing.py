"""Importing says what became of every row, refuses what is no table, and never counts anything twice."""

import csv
import gzip
import json
import subprocess
import sys
from pathlib import Path

import duckdb

from bot.terminal import house
from storage.freshness import held_back
from tests.bot.command_line.conftest import HEAD, SAMPLE, Terminal, charge, counted

ROWS = 125
REQUESTS = "request_id,ts_start,provider,model,team,app,input_tokens,output_tokens,spend_usd\n"
LOGGED = {"request_id": "a", "startTime": "2026-11-01T10:00:00Z", "model": "gpt-4o", "prompt_tokens": 10,
          "completion_tokens": 5, "spend": 1e-7, "custom_llm_provider": "openai"}  # fmt: skip


def total(tuppence: Terminal, words: str = "cost 2026-11") -> str:
    return str(json.loads(tuppence("ask", words, "--json").out)["total"])


def written(file: Path, text: str) -> Path:
    file.write_text(text)
    return file


def test_it_prints_rows_read_kept_replaced_and_quarantined(tuppence: Terminal, tmp_path: Path) -> None:
    file = written(tmp_path / "a.csv", HEAD + charge() + charge(BilledCost="x") + charge(ChargeCategory="Tax"))
    said = tuppence("import", "focus", file)
    assert (said.code, said.out.splitlines()) == (0, [
        "3 read: 2 added ($2.50), 0 replaced, 0 unchanged, 0 removed, 1 quarantined",
        "  a.csv, row 2, BilledCost: “x” is not a number that can be kept",
        "  1 unknown column ignored: x_note",
    ])  # fmt: skip
    assert counted(tuppence("import", "focus", file).out.splitlines()[0]) == (3, 0, 0, 2, 0, 1)


def test_a_strict_import_of_a_bad_row_publishes_nothing_and_ends_with_1(tuppence: Terminal, tmp_path: Path) -> None:
    file = written(tmp_path / "a.csv", HEAD + charge() + charge(BilledCost="x"))
    said = tuppence("import", "focus", "--strict", file)
    assert (said.code, counted(said.out.splitlines()[0])) == (1, (2, 0, 0, 0, 0, 1))
    assert total(tuppence) == "0"


def test_nothing_usable_ends_with_2(tuppence: Terminal, tmp_path: Path) -> None:
    assert tuppence("import", "focus", written(tmp_path / "a.csv", HEAD + charge(BilledCost="x"))).code == 2


BAD = [
    ({"BilledCost": "NaN"}, "BilledCost: “NaN” is not a number that can be kept"),
    ({"BilledCost": "1e30"}, "BilledCost: “1e30” is not a number that can be kept"),
    ({"EffectiveCost": "99999999999999999999"}, "EffectiveCost: “99999999999999999999” is not a number"),
    ({"EffectiveCost": "1_000"}, "EffectiveCost: “1_000” is not a number that can be kept"),
    ({"EffectiveCost": "\x1b[2J"}, "EffectiveCost: “[2J” is not a number that can be kept"),
    ({"x_tokens": "-1"}, "x_tokens: is below zero"),
    ({"x_tokens": "1e30"}, "x_tokens: “1e30” is not a number that can be kept"),
    ({"ChargePeriodStart": "2026-02-30"}, "ChargePeriodStart: “2026-02-30” is no date"),
    ({"ChargePeriodStart": "1999-12-31"}, "ChargePeriodStart: 1999-12-31 lies out of all bounds"),
    ({"ProviderName": "  "}, "ProviderName: is empty"),
    ({"BillingCurrency": "EUR"}, "BillingCurrency: “EUR” is not the reporting currency USD"),
    ({"BillingCurrency": ""}, "BillingCurrency: is empty"),
    ({"x_note": "a,b"}, "has too many columns"),
]


def test_bad_rows_are_held_back_by_field_and_the_rest_goes_on(tuppence: Terminal, tmp_path: Path) -> None:
    for number, (cells, said) in enumerate(BAD):
        file = written(tmp_path / f"{number}.csv", HEAD + charge() + charge(**cells) + charge())
        found = tuppence("import", "focus", file).out.splitlines()
        assert found[0].endswith("1 quarantined")
        assert said in found[1]
        assert found[1].startswith(f"  {number}.csv, row 2")


def test_credits_short_dates_and_null_as_text_are_lawful(tuppence: Terminal, tmp_path: Path) -> None:
    rows = charge(BilledCost="-5", EffectiveCost="-2.5"), charge(ChargePeriodStart="11/1/26", x_tokens="NULL")
    said = tuppence("import", "focus", "--dates", "month-first",
                    written(tmp_path / "a.csv", "\ufeff" + HEAD + "".join(rows)))  # fmt: skip
    assert counted(said.out.splitlines()[0]) == (2, 2, 0, 0, 0, 0)
    assert total(tuppence) == "-1.25"
    assert total(tuppence, "billed cost 2026-11") == "-3.5"


def test_rows_are_counted_as_people_count_them(tuppence: Terminal, tmp_path: Path) -> None:
    rows = [charge(ServiceName='"two\nlines"'), "\n", charge(), "2026-11-01,Acme\n", charge(), charge(BilledCost="x")]
    said = tuppence("import", "focus", written(tmp_path / "a.csv", HEAD + "".join(rows))).out.splitlines()
    assert said[1:3] == ["  a.csv, row 3, BillingAccountId: the row ends before it",
                         "  a.csv, row 5, BilledCost: “x” is not a number that can be kept"]  # fmt: skip


def test_a_short_last_row_is_a_cut_only_if_its_line_has_no_end(tuppence: Terminal, tmp_path: Path) -> None:
    whole = tuppence("import", "focus", written(tmp_path / "a.csv", HEAD + charge() + "2026-11-01,Acme\n"))
    cut = tuppence("import", "focus", written(tmp_path / "b.csv", HEAD + charge() + "2026-11-01,Acme"))
    assert (whole.code, cut.code) == (0, 2)
    assert cut.error == "b.csv is cut off in row 2; fetch it again. Nothing of it was kept."


def parquet(file: Path) -> Path:
    with duckdb.connect() as db:
        db.read_csv(str(SAMPLE), all_varchar=True, na_values="NULL").write_parquet(str(file))
    return file


def test_a_file_cut_in_the_middle_is_refused_whole(tuppence: Terminal, tmp_path: Path) -> None:
    whole = SAMPLE.read_bytes()
    cut = {"a.csv": whole[: len(whole) // 2], "a.csv.gz": gzip.compress(whole)[:5000],
           "quoted.csv": (HEAD + charge() * 3).encode().replace(b'}"', b"", 1),
           "a.parquet": parquet(tmp_path / "whole").read_bytes()[:5000]}  # fmt: skip
    for name, content in cut.items():
        (tmp_path / name).write_bytes(content)
        said = tuppence("import", "focus", tmp_path / name)
        assert (said.code, said.out) == (2, "")
        assert said.error.startswith(f"{name} ")
        assert "cut off" in said.error
        assert "\n" not in said.error
    assert tuppence("ask", "sources").out.startswith("Sources\nNo data yet.")


def test_parquet_and_packed_files_say_the_same_as_the_plain_one(tuppence: Terminal, tmp_path: Path) -> None:
    tuppence("import", "focus", SAMPLE)
    plain = tuppence("ask", "cost by provider 2024-09", "--json").out
    packed = tmp_path / "a.CSV.GZ"
    packed.write_bytes(gzip.compress(SAMPLE.read_bytes()))
    for file in (packed, parquet(tmp_path / "a.parquet")):
        assert counted(tuppence("import", "focus", file).out.splitlines()[0]) == (ROWS, 0, 0, ROWS, 0, 0)
        assert tuppence("ask", "cost by provider 2024-09", "--json").out == plain


NOTHING = {
    "empty.csv": (b"", "empty.csv is empty."),
    "binary.csv": (bytes(range(256)) * 9, "binary.csv is no text file."),
    "binary.parquet": (b"12345" * 99, "binary.parquet holds only one column; it is no table that can be read."),
    "head.csv": (HEAD.encode(), "head.csv holds a header and no rows."),
    "twice.csv": (b"BilledCost,billedcost\n1,2\n", "twice.csv names the column BilledCost twice."),
    "short.csv": (HEAD.replace("BilledCost", "Cost").encode() + charge().encode(), "column BilledCost is missing"),
}


def test_what_is_no_table_gets_one_sentence(tuppence: Terminal, tmp_path: Path) -> None:
    for name, (content, sentence) in NOTHING.items():
        (tmp_path / name).write_bytes(content)
        said = tuppence("import", "focus", tmp_path / name)
        assert (said.code, said.out) == (2, "")
        assert sentence in said.error
        assert "\n" not in said.error


def test_folders_missing_files_and_two_kinds_at_once_get_one_sentence(tuppence: Terminal, tmp_path: Path) -> None:
    assert tuppence("import", "focus", tmp_path).error.endswith(
        f"is a folder. Name the files in it, as {tmp_path.name}/*.csv."
    )
    assert tuppence("import", "focus", tmp_path / "none.csv").error == "none.csv is not there."
    assert tuppence("import", "focus", tmp_path / ("n" * 300)).error.endswith("cannot be read: File name too long.")
    both = tuppence("import", "focus", SAMPLE, parquet(tmp_path / "a.parquet"))
    assert "Parquet and CSV files are no one delivery" in both.error


def test_a_name_is_only_a_name(tuppence: Terminal, tmp_path: Path) -> None:
    written(tmp_path / "star.csv", HEAD + charge() * 4)  # what st*r.csv must not mean
    for name in ("a b.csv", "quo'te\".csv", "br[a]cket.csv", "st*r.csv", "{a,b}?.csv", "neue\nzeile.csv"):
        said = tuppence("import", "focus", written(tmp_path / name, HEAD + charge() + charge(BilledCost="x")))
        assert counted(said.out.splitlines()[0])[0::5] == (2, 1)
    assert total(tuppence) == "1.25"


def test_nothing_is_counted_twice_in_whatever_order_it_comes(tuppence: Terminal, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    first = written(tmp_path / "a.csv", HEAD + charge(ServiceName="one"))
    same = written(tmp_path / "other" / "a.csv", HEAD + charge(ServiceName="two"))
    copy = written(tmp_path / "copy.csv", first.read_text())
    said = tuppence("import", "focus", first, same, copy, first)
    assert counted(said.out.splitlines()[0]) == (2, 2, 0, 0, 0, 0)
    assert said.out.splitlines()[1] == f"  copy.csv holds the same as {str(first).replace('/', '_')}; it was read once."
    before = tuppence("ask", "cost by service 2026-11", "--json").out
    assert counted(tuppence("import", "focus", same, first).out.splitlines()[0]) == (2, 0, 0, 2, 0, 0)
    assert tuppence("ask", "cost by service 2026-11", "--json").out == before


def test_a_mended_file_is_held_back_no_longer(tuppence: Terminal, tmp_path: Path) -> None:
    file = written(tmp_path / "a.csv", HEAD + charge() + charge(BilledCost="x"))
    tuppence("import", "focus", file)
    assert held_back(house(tuppence.home).engine) == {"focus": 1}
    tuppence("import", "focus", written(file, HEAD + charge() * 2))
    assert held_back(house(tuppence.home).engine) == {}


def test_an_owner_that_a_column_names_is_kept_also_from_parquet(tuppence: Terminal, tmp_path: Path) -> None:
    file = written(tmp_path / "a.csv", HEAD.replace("x_note", "x_team") + charge(Tags="", x_note="support"))
    with duckdb.connect() as db:
        db.read_csv(str(file), all_varchar=True).write_parquet(str(tmp_path / "a.parquet"))
    for each in (file, tmp_path / "a.parquet"):
        tuppence("import", "focus", each)
        answer = json.loads(tuppence("ask", "cost by team 2026-11", "--json").out)
        assert answer["rows"] == [{"key": {"team": "support"}, "value": "1.25"}]


def test_ai_requests_are_checked_and_each_counts_once(tuppence: Terminal, tmp_path: Path) -> None:
    call = "2026-11-01T10:00:00Z,openai,gpt-4o,search,chat"
    rows = [f"r1,{call},10,5,0.5", f"r1,{call},10,5,0.25", f"r2,{call},-1,5,", f"r3,{call},1,5,-1",
            f"r4,{call.replace('gpt-4o', 'no-such-model')},10,0,", f",{call},1,1,"]  # fmt: skip
    said = tuppence("import", "requests", written(tmp_path / "r.csv", REQUESTS + "\n".join(rows)))
    assert said.out.splitlines() == [
        "6 read: 2 added ($0.25), 0 replaced, 0 unchanged, 0 removed, 3 quarantined",
        "  r.csv, row 3, input_tokens: is below zero",
        "  r.csv, row 4, spend_usd: is below zero",
        "  r.csv, row 6, request_id: is empty",
        "  1 row names an AI request again; the last of each was kept.",
    ]
    answer = json.loads(tuppence("ask", "cost 2026-11", "--json").out)
    assert (answer["total"], answer["stamp"]["ledger"]) == ("0.25", "metered")
    assert answer["stamp"]["unpriced_share"] == "0.4000"


def test_a_spend_log_is_read_line_by_line(tuppence: Terminal, tmp_path: Path) -> None:
    other = json.dumps(LOGGED | {"request_id": "b", "team_id": "a\0b"})
    lines = [json.dumps(LOGGED), "{broken", "", other, '"text"', "[1]"]
    file = written(tmp_path / "log.jsonl", "\n".join(lines) + "\n")
    said = tuppence("import", "requests", "--format", "litellm", file)
    assert counted(said.out.splitlines()[0]) == (5, 2, 0, 0, 0, 3)
    assert said.out.splitlines()[1:] == [
        "  log.jsonl, row 2: is not JSON",
        "  log.jsonl, row 5, request_id: is empty",
        "  log.jsonl, row 6, request_id: is empty",
    ]
    written(file, json.dumps(LOGGED) + '\n{"request_id": "c')
    cut = tuppence("import", "requests", "--format", "litellm", file)
    assert cut.error == "log.jsonl is cut off in row 2; fetch it again. Nothing of it was kept."


def test_drivers_are_counts(tuppence: Terminal, tmp_path: Path) -> None:
    counts = ("5", "-1", "1e30")
    text = "date,app,driver,count\n" + "".join(f"2026-11-0{n},chat,tickets,{c}\n" for n, c in enumerate(counts, 1))
    said = tuppence("import", "drivers", written(tmp_path / "d.csv", text))
    assert counted(said.out.splitlines()[0]) == (3, 1, 0, 0, 0, 2)
    missing = tuppence("import", "drivers", written(tmp_path / "d.csv", "date,app,driver\n2026-11-01,chat,tickets\n"))
    assert missing.error == "d.csv: the mandatory column count is missing; nothing of it was kept."


def test_rows_are_held_back_on_every_database(tuppence: Terminal, tmp_path: Path, state_url: str) -> None:
    file = written(tmp_path / "a.csv", HEAD + charge() + charge(BilledCost="x"))
    for told in ((2, 1, 0, 0, 0, 1), (2, 0, 0, 1, 0, 1)):
        assert counted(tuppence("import", "focus", file, DATABASE_URL=state_url).out.splitlines()[0]) == told


def test_two_processes_may_import_the_same_while_a_third_has_the_home_open(tuppence: Terminal) -> None:
    held = house(tuppence.home)
    held.ledger.freshness()
    program = [sys.executable, "-m", "bot", "--home", str(tuppence.home), "import", "focus", str(SAMPLE)]
    both = [subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = [(each.communicate(timeout=60)[0].splitlines()[0], each.returncode) for each in both]
    assert sorted((counted(line), code) for line, code in said) == [((ROWS, 0, 0, ROWS, 0, 0), 0),
                                                                    ((ROWS, ROWS, 0, 0, 0, 0), 0)]  # fmt: skip
    with SAMPLE.open(encoding="utf-8-sig", newline="") as file:
        assert sum(feed.rows for feed in held.ledger.freshness()) == len(list(csv.DictReader(file)))
    assert not list((tuppence.home / "facts").glob("unfinished*"))


def test_a_file_of_licences_tells_costs_and_counts(tuppence: Terminal, tmp_path: Path) -> None:
    head = "vendor,product,start,end,seats,price_per_seat,currency\n"
    good, bad = "OpenAI,ChatGPT,2026-11-01,2026-11-30,7,30,USD\n", "OpenAI,ChatGPT,2026-11-31,2026-12-31,7,30,USD\n"
    said = tuppence("import", "seats", written(tmp_path / "a.csv", head + good + bad))
    told = "  a.csv, row 2, start: “2026-11-31” is no date; write 2026-11-01"
    assert (said.code, said.out.splitlines()) == (0, [
        "charges: 2 read: 30 added ($210.00), 0 replaced, 0 unchanged, 0 removed, 1 quarantined", told,
        "drivers: 2 read: 30 added, 0 replaced, 0 unchanged, 0 removed, 1 quarantined", told,
    ])  # fmt: skip
    assert total(tuppence) == "210"
    strict = tuppence("import", "seats", "--strict", tmp_path / "a.csv")
    assert (strict.code, counted(strict.out.splitlines()[0])) == (1, (2, 0, 0, 0, 0, 1))
    assert len(strict.out.splitlines()) == 4
