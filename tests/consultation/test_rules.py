"""What is judged of an opinion before it is taken, without a database."""

import pytest

from tici.consultation.rules.intake import against_sending, can_be_reached


@pytest.mark.parametrize(
    "contact",
    [
        "13800001234",
        "138 0000 1234",
        "+86 138-0000-1234",
        "１３８００００１２３４",
        "0311-86036652",
        "（0311）86036652转801",
        "86036652",
        "400-000-1234",
        "+852 2123 4567",
        "parent@example.org",
    ],
)
def test_a_contact_is_taken_however_it_is_spaced(contact):
    assert can_be_reached(contact)


@pytest.mark.parametrize(
    "contact", ["1380000123", "138000012345", "12345678901", "12345", "parent@example", "parent.example.org", "王女士"]
)
def test_what_can_be_neither_telephone_nor_address_is_not(contact):
    assert not can_be_reached(contact)


@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        ({"text": "希望增加一站。"}, []),
        ({"text": " ", "chosen": True}, ["opinion.empty"]),
        ({"text": "", "chosen": True, "asks_words": False}, []),
        ({"text": "", "asks_words": False}, ["opinion.empty"]),
        ({"text": "", "files": [("意见.pdf", 9, b"%PDF-1.7")]}, []),
        ({"text": "", "contact": "1380000"}, ["opinion.empty", "opinion.contact"]),
    ],
)
def test_an_opinion_says_something_and_its_sender_can_be_answered(facts, codes):
    told = {"files": [], "chosen": False, "asks_words": True} | facts

    assert [refusal.code for refusal in against_sending(**told)] == codes
