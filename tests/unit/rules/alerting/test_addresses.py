"""Alert addresses: what becomes of a list, and the tokens of links."""

import itertools
from dataclasses import replace

import pytest

from recado.rules.alerting.addresses import (
    ASKED_AGAIN_AFTER_MS,
    AddressBook,
    AddressState,
    WantedAddress,
    confirmed,
    replaced,
    unsubscribed,
    with_address,
)
from recado.rules.alerting.flooding import DAY_MS, CountedMail, MailPlace, counted
from recado.rules.alerting.links import LinkToken

ANA, BEA = WantedAddress("ana@example.com", "pt"), WantedAddress("bea@example.com")


def book_of(*wanted: WantedAddress) -> AddressBook:
    """Return a new account's book with these addresses."""
    ids = itertools.count()
    return replaced(AddressBook("1010"), wanted, lambda: f"addr_{next(ids)}", 1000)[0]


def never() -> str:
    """Give no id: nobody is new."""
    raise AssertionError


def test_the_same_list_asks_those_who_have_not_answered() -> None:
    """And changes nothing."""
    book = confirmed(book_of(ANA, BEA), "addr_0", 2000)
    assert book is not None

    assert replaced(book, [ANA, BEA], never, 3000) == (book, ("addr_1",))


def test_a_repeated_request_asks_nobody_once_more() -> None:
    """As of a client that got no answer: ten minutes have to lie between a mail and the next."""
    book = book_of(ANA, BEA)
    book = with_address(book, replace(book.addresses[0], mailed_at=2000))

    assert replaced(book, [ANA, BEA], never, 2000 + ASKED_AGAIN_AFTER_MS - 1) == (book, ("addr_1",))
    assert replaced(book, [ANA, BEA], never, 2000 + ASKED_AGAIN_AFTER_MS) == (book, ("addr_0", "addr_1"))
    assert replaced(book, [WantedAddress(ANA.address, "es"), BEA], never, 2001)[1] == ("addr_0",)


def test_a_changed_list_asks_who_is_new_alone() -> None:
    """Who waits already got a mail; but one whose language changes gets it in that."""
    book = book_of(ANA)

    assert replaced(book, [ANA, BEA], lambda: "addr_9", 3000)[1] == ("addr_9",)
    assert replaced(book, [WantedAddress("ANA@example.com", "es")], never, 3000)[1] == ("addr_0",)


def test_an_address_keeps_its_language_where_none_is_named() -> None:
    """As it keeps its state."""
    book, _ = replaced(book_of(ANA), [WantedAddress("ana@example.com")], never, 3000)
    assert book.addresses[0].locale == "pt"


def test_who_has_unsubscribed_stays_so() -> None:
    """Neither the same list nor an older link brings them back; answers come with the time of the first."""
    book = unsubscribed(book_of(ANA), "addr_0", 2000)
    assert book is not None

    assert (book.addresses[0].state, book.addresses[0].since) == (AddressState.UNSUBSCRIBED, 2000)
    assert replaced(book, [ANA], never, 3000) == (book, ())
    assert confirmed(book, "addr_0", 3000) is None
    assert unsubscribed(book, "addr_0", 3000) == book


def test_nobody_answers_for_an_address_that_is_not_there() -> None:
    """Such as one that was removed."""
    assert confirmed(book_of(ANA), "addr_7", 2000) is None
    assert unsubscribed(book_of(ANA), "addr_7", 2000) is None


@pytest.mark.parametrize("account", ["1", "1010", "a" * 120, "tenant:7@x+~-"])
def test_a_token_is_read_as_it_was_written(account: str) -> None:
    """For every account that there can be."""
    token = LinkToken.new(account, f"addr_{'0f' * 16}")

    assert LinkToken.read(token.text) == token
    assert LinkToken.new(account, token.address_id).random != token.random


@pytest.mark.parametrize("change", ["", " ", ".", "\n", "=", "ü"])
def test_what_is_no_token_is_none(change: str) -> None:
    """Nor another spelling of one."""
    text = LinkToken.new("1010", f"addr_{'0f' * 16}").text

    assert LinkToken.read(f"{change}{text}"[:-1] if not change else f"{text}{change}") is None


def test_a_day_of_mails_is_the_24_hours_before() -> None:
    """Not a day of the calendar, in whose midnight twice as many would fit; and a mail counts once."""
    mails: tuple[CountedMail, ...] = ()
    for at in (0, DAY_MS - 2, DAY_MS - 1):
        after = counted(mails, (at, f"m{at}"), 3)
        assert after is not None
        mails = after

    assert counted(mails, (DAY_MS - 1, "another"), 3) is None
    assert counted(mails, (DAY_MS - 1, "m0"), 3) == mails
    assert counted(mails, (DAY_MS, "another"), 3) == (*mails[1:], (DAY_MS, "another"))
    assert counted((*mails[1:], (DAY_MS, "another")), (DAY_MS + 1, "yet another"), 3) is None


def test_letters_of_any_case_are_one_place() -> None:
    """And its key tells nobody the address."""
    place = MailPlace.asked_of_address("Ana@Example.com")

    assert place == MailPlace.asked_of_address("ana@example.com")
    assert "ana" not in place.of


@pytest.mark.parametrize(
    ("address", "other", "is_one"),
    [
        ("ana@example.com", "Ana+alerts@example.com", True),
        ("ana+1@example.com", "ana+2+3@example.com", True),
        ("a.na@gmail.com", "an.a+x@googlemail.com", True),
        ("a.na@example.com", "ana@example.com", False),
        ("ana@gmail.com", "ana@example.com", False),
        ("+1@example.com", "+2@example.com", False),
        ("+1@example.com", "ana@example.com", False),
    ],
)
def test_another_spelling_of_a_mailbox_is_asked_no_more_often(address: str, other: str, is_one: bool) -> None:
    """What most mail servers sort by is no other person; alerts are counted by the address as it is."""
    assert (MailPlace.asked_of_address(address) == MailPlace.asked_of_address(other)) is is_one
    assert MailPlace.alerts("1010", address) != MailPlace.alerts("1010", other)
