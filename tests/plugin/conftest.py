"""Load what cannot be loaded twice, before `pytester` forgets what its runs load.

`cryptography` keeps its classes in a compiled module; a second import of its Python half
would not be recognised by it.
"""

import trustme

import pytest_fakemail.fakemail

__all__ = ["pytest_fakemail", "trustme"]
