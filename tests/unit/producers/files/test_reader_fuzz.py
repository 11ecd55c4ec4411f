from hypothesis import HealthCheck, given, settings

from tests.fuzz_reader import check
from tests.hostile_content import contents


@settings(suppress_health_check=list(HealthCheck))
@given(contents)
def test_no_row_is_lost_whatever_a_file_holds(content: bytes) -> None:
    check(content)
