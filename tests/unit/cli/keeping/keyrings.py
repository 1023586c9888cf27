"""A keyring in memory."""

from keyring.backend import KeyringBackend
from keyring.errors import PasswordSetError


class Memory(KeyringBackend):
    """A keyring that keeps up to so many characters."""

    priority = 1.0

    def __init__(self, longest: int = 100_000) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.longest = longest

    def get_password(self, service: str, username: str) -> str | None:
        """As keyring says."""
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        """As keyring says."""
        if len(password) > self.longest:
            raise PasswordSetError("it is too long")
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        """As keyring says."""
        del self.kept[service, username]
