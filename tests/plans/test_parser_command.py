"""`manage.py parse_plan`: JSON or one line of refusal."""

import json
import resource
import signal
from io import StringIO

import pytest
from django.core.management import call_command

from plans.management.commands import parse_plan
from tests.plans.reading import OWN

GB = "青垣市2024年工作要点\n一、建设平台。6月底前建成。\n"


def run(path) -> tuple[int, str, str]:
    out, err = StringIO(), StringIO()
    try:
        call_command("parse_plan", str(path), stdout=out, stderr=err)
        status = 0
    except SystemExit as leaving:
        status = leaving.code
    return status, out.getvalue(), err.getvalue()


def test_a_plan_is_printed_as_json_with_the_places_of_everything():
    status, out, err = run(OWN / "flat-2024.txt")
    read = json.loads(out)
    assert (status, err) == (0, "")
    assert "工作要点" in out, "Chinese is printed as such"
    task = next(item for item in read["items"] if item["path"] == "一")
    assert read["text"][task["start"] : task["end"]].startswith("一、")
    assert {"text", "date", "kind", "start", "end"} == set(task["deadline"])
    assert {"name", "role", "start", "end"} == set(task["owners"][0])
    assert {"text", "value", "value_max", "unit", "comparator", "start", "end"} == set(task["targets"][0])
    assert read["preamble"]
    assert read["furniture"]
    assert [w["code"] for w in read["warnings"]] == ["several_deadlines"]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig"])
def test_encodings_of_the_office_are_read(tmp_path, encoding):
    path = tmp_path / "要点.txt"
    path.write_bytes(GB.encode(encoding))
    status, out, _ = run(path)
    [item] = json.loads(out)["items"]
    assert (status, item["deadline"]["date"]) == (0, "2024-06-30")


BAD = {
    "empty.txt": b"",
    "photo.txt": b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(256)) * 8,
    "plan.docx": b"PK\x03\x04",
    "secret.txt": ("机密★1年\n" + GB).encode(),
}


@pytest.mark.parametrize("name", [*BAD, "missing.txt"])
def test_what_cannot_be_read_is_one_line_and_status_two(tmp_path, name):
    path = tmp_path / name
    if name in BAD:
        path.write_bytes(BAD[name])
    status, out, err = run(path)
    assert (status, out) == (2, "")
    assert len(err.strip().splitlines()) == 1


def test_a_folder_is_refused(tmp_path):
    assert run(tmp_path)[:2] == (2, "")


# The larger file can't even be opened: a smaller one fits into what the process has free from before.
@pytest.mark.parametrize(
    ("bound", "least", "times"), [("MOST_SECONDS", 0.05, 20_000), ("MOST_MEMORY", 1, 2_000_000)]
)
def test_what_takes_too_much_is_refused_and_the_bounds_go(tmp_path, monkeypatch, bound, least, times):
    (tmp_path / "labels.txt").write_text("一、甲（一）乙1.丙" * times, encoding="utf-8")
    before = resource.getrlimit(resource.RLIMIT_DATA)
    monkeypatch.setattr(parse_plan, bound, least)
    status, out, err = run(tmp_path / "labels.txt")
    assert (status, out, len(err.strip().splitlines())) == (2, "", 1)
    assert "超出限制" in err
    assert resource.getrlimit(resource.RLIMIT_DATA) == before
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)
