"""The parts of signing in that need no server."""

from local import identity, tokens


def test_the_challenge_is_the_one_of_the_standard() -> None:
    """The example of RFC 7636, appendix B."""
    assert tokens.challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == (
        "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    )


def test_hidden_fields_of_the_form_are_sent_back() -> None:
    """Escaped values are read as what they mean; visible fields are the person's to fill in."""
    page = (
        '<form><input type="hidden" name="state" value="a&amp;b"><input type="hidden" name="empty">'
        '<input type="text" name="username"></form>'
    )

    assert tokens.hidden_fields(page) == {"state": "a&b", "empty": ""}


def test_passwords_meet_the_usual_policies_and_differ() -> None:
    """Every kind of character, and never the same twice."""
    password = identity.new_password()

    assert len(password) >= 20
    assert any(character.islower() for character in password)
    assert any(character.isupper() for character in password)
    assert any(character.isdigit() for character in password)
    assert not password.isalnum()
    assert identity.new_password() != password
