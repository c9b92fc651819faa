"""The conversation of a failed test in the JUnit XML, where CI systems show it."""

from typing import Any

import pytest

TITLE = "fakemail "


class SystemOut:
    """A plugin that gives pytest's own writer of JUnit XML a ``system-out`` for each failure."""

    def __init__(self, plugins: pytest.PytestPluginManager) -> None:
        self._plugins = plugins

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add our sections, before the writer is done with the test."""
        text = "\n\n".join(
            f"{title}\n{content}" for title, content in report.sections if title.startswith(TITLE)
        )
        # pytest-rerunfailures calls a failure that is not the last one "rerun".
        has_failed = report.failed or str(report.outcome) == "rerun"
        writer = self._writer() if has_failed and text else None
        if writer is not None:
            from xml.etree.ElementTree import Element

            element = Element("system-out")
            element.text = text
            writer.node_reporter(report).append(element)

    def _writer(self) -> Any:  # noqa: ANN401  (pytest does not say what it is)
        return next((one for one in self._plugins.get_plugins() if _writes(one)), None)


def _writes(plugin: object) -> bool:
    return type(plugin).__name__ == "LogXML" and hasattr(plugin, "node_reporter")
