from models.fault_codes import FaultCode
from models.rows import Reject
from producers.load.common_fault import CommonFault


def reject(line: int, code: FaultCode, field: str = "compound_id") -> Reject:
    return Reject(file="x.csv", line=line, field=field, value="A-1", reason="is not a whole number", code=code)


def test_one_reason_for_all_rows_is_told_once_with_an_example_and_what_to_do() -> None:
    fault = CommonFault("x.csv")
    for line in (2, 3, 4):
        fault.note(reject(line, FaultCode.BAD_ID))
    (told,) = fault.told(3)
    assert told.startswith(
        'x.csv: all 3 rows are rejected for one reason, such as in line 2: compound_id: "A-1" is not'
    )
    assert "--columns" in told


def test_it_is_not_told_of_several_reasons_nor_of_some_rows_only() -> None:
    fault = CommonFault("x.csv")
    fault.note(reject(2, FaultCode.BAD_ID))
    assert list(fault.told(1)) == []
    fault.note(reject(3, FaultCode.EMPTY))
    assert list(fault.told(2)) == []
    fault.note(reject(4, FaultCode.BAD_ID))
    assert list(fault.told(4)) == []


def test_rejected_rows_that_look_like_comments_are_reported_once_with_the_option() -> None:
    fault = CommonFault("x.csv")
    for line, original in ((3, "# second shift"), (4, "a,b"), (5, "  # end")):
        fault.note(reject(line, FaultCode.BAD_ID).model_copy(update={"original": original}))
    (said,) = fault.told(9)
    assert said == (
        "x.csv: 2 of the rejected rows begin with #, the first in line 3: to pass over such lines, add --comment '#'"
    )
