"""What we call a customer, by the name their platform tells."""

import pytest

from core.domain.customer import Customer


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Marie Dupont", "Marie"),
        ("marie", "marie"),
        ("Jean-Pierre M", "Jean-Pierre"),
        ("J.-P. Martin", "J.-P."),
        ("Drita Hoxha", "Drita"),
        ("Maxime", "Maxime"),
        ("李 雷", "李"),
        ("M. Dupont", ""),
        ("M Dupont", ""),
        ("Mr Smith", ""),
        ("Mr. Smith", ""),
        ("Mme Durand", ""),
        ("MME DURAND", ""),
        ("Mlle Petit", ""),
        ("Dr House", ""),
        ("Me Lefèvre", ""),
        ("Maître Lefèvre", ""),
        ("Mrs. Jones", ""),
        ("Ms Jones", ""),
        ("SARL Martin", ""),
        ("A", ""),
        ("+33 6 12 34 56 78", ""),
        ("💕 Marie", ""),
        ("", ""),
    ],
)
def test_a_title_an_initial_or_a_number_is_no_first_name(name: str, first: str) -> None:
    assert Customer("m1", name).first_name == first
