"""What the fixture `make_fakemail` returns, for annotations."""

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from typing import Unpack

    from pytest_fakemail.fakemail import FakeMail
    from pytest_fakemail.setting_changes import SettingChanges


class MakeFakeMail(Protocol):
    """Makes independent FakeMails: what the fixture `make_fakemail` returns."""

    def __call__(self, **changes: "Unpack[SettingChanges]") -> "FakeMail":
        """Make one; what is given changes the settings of the test."""
