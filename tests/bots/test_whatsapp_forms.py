"""A form is read as the standard library reads it, to the letter: the signature covers every one."""

from urllib.parse import parse_qsl

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bots.twilio_forms import MOST_FIELDS, read_fields


@given(st.text("ab&=+%;#c3a9E2 \x00é\u00a0", max_size=30))
@example("Body=d%C3%A9j%C3%A0+1%2B1&Body=&=x&&a&%42%=%zz%C3")
@example("")
def test_a_form_is_read_as_the_standard_library_reads_it(body: str) -> None:
    assert read_fields(body.encode()) == tuple(parse_qsl(body, keep_blank_values=True))


@pytest.mark.parametrize("letter", ["x", "é"])
def test_no_more_fields_are_read_than_a_form_may_have(letter: str) -> None:
    assert len(read_fields("&".join([letter] * MOST_FIELDS).encode())) == MOST_FIELDS
    with pytest.raises(ValueError, match="fields"):
        read_fields("&".join([letter] * (MOST_FIELDS + 1)).encode())
