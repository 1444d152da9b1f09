"""A form is read as the standard library reads it, to the letter: the signature covers every one."""

import re
from urllib.parse import parse_qsl

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bots.twilio_forms import MOST_FIELDS, read_fields


@given(
    st.lists(st.sampled_from([*"ab&=+;#c3 \x00é\u00a0\r\n", "%C3", "%a9", "%3D", "%0A", "%"])).map("".join)
)
@example("Body=d%C3%A9j%C3%A0+1%2B1&Body=&=x&&a&%42=%3D==%C3")
@example("a=%0D%0A_%20\r\n=%3D\n\n")
@example("%42%=%zz%C3")
@example("")
def test_a_form_is_read_as_the_standard_library_reads_it(body: str) -> None:
    if re.search("%(?![0-9A-Fa-f]{2})", body):  # what no platform writes, and is slow to read
        with pytest.raises(ValueError, match="percent"):
            read_fields(body.encode())
    else:
        assert read_fields(body.encode()) == tuple(parse_qsl(body, keep_blank_values=True))


@pytest.mark.parametrize("letter", ["x", "é"])
def test_no_more_fields_are_read_than_a_form_may_have(letter: str) -> None:
    assert len(read_fields("&".join([letter] * MOST_FIELDS).encode())) == MOST_FIELDS
    with pytest.raises(ValueError, match="fields"):
        read_fields("&".join([letter] * (MOST_FIELDS + 1)).encode())
