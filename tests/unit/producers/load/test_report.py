from dataclasses import replace
from uuid import UUID

from models.rows import Fault, Reject
from producers.load.report import FileReport, LoadReport
from producers.load.summary import reject_lines, table

REJECT = Reject(file="data/x.csv", line=7, field="name", value="a\x1b[2Jb", reason="is odd")
REPORT = LoadReport(
    UUID(int=7),
    files=(
        FileReport("data/users.csv", "users", 10, 10, 0, 0.5, columns=(("ID", "user_id"), ("note", None))),
        FileReport("data/x.csv", "experiments", 1_000_000, 999_998, 2, 4.0),
    ),
    problems=("y.csv: is empty",),
    first_rejects=(REJECT,),
)


def test_totals_are_over_all_files() -> None:
    assert (REPORT.read, REPORT.published, REPORT.rejected, REPORT.seconds) == (1_000_010, 1_000_008, 2, 4.5)


def test_the_report_is_json() -> None:
    assert REPORT.as_dict() == {
        "load": "00000000-0000-0000-0000-000000000007",
        "read": 1_000_010,
        "published": 1_000_008,
        "rejected": 2,
        "files": [
            {
                "path": "data/users.csv",
                "kind": "users",
                "read": 10,
                "published": 10,
                "rejected": 0,
                "seconds": 0.5,
                "columns": [{"theirs": "ID", "ours": "user_id"}, {"theirs": "note", "ours": None}],
            },
            {
                "path": "data/x.csv",
                "kind": "experiments",
                "read": 1_000_000,
                "published": 999_998,
                "rejected": 2,
                "seconds": 4.0,
                "columns": [],
            },
        ],
        "problems": ["y.csv: is empty"],
        "notes": [],
        "rejects": [REJECT.model_dump(mode="json")],
        "applied": None,
        "lagging": [],
    }


def test_the_table_is_aligned() -> None:
    assert table(REPORT).splitlines() == [
        "file            kind              read  published  rejected  seconds   rows/s",
        "data/users.csv  users               10         10         0     0.50       20",
        "data/x.csv      experiments  1,000,000    999,998         2     4.00  250,000",
        "total                        1,000,010  1,000,008         2     4.50  222,224",
    ]


def test_rejects_are_told_on_one_line_each_without_control_characters() -> None:
    assert list(reject_lines(REPORT)) == [
        'data/x.csv:7: name: "a\\x1b[2Jb" is odd',
        "… and 1 more",
    ]


def test_all_faults_of_a_row_are_told_on_its_line() -> None:
    faults = [
        Fault(code="bad_id", field="user_id", value="x", reason="is not a whole number"),
        Fault(code="empty", field="name", value="", reason="is empty"),
    ]
    reject = REJECT.model_copy(update={"faults": faults})
    [line, _] = reject_lines(replace(REPORT, first_rejects=(reject,)))
    assert line == 'data/x.csv:7: user_id: "x" is not a whole number; name: "" is empty'
