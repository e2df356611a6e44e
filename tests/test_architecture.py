"""The house's plan, held by reading every file: imports go down, a task's status is written in one place."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.test import SimpleTestCase

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("config", "plans", "tasks", "reports")
LAYERS = ["config", "plans.org", "plans", "tasks", "reports"]  # low to high
# The composition root may import everything.
COMPOSITION = (
    *("config.settings", "config.urls", "config.celery", "config.wsgi", "config.management", "config.demo"),
    *("config.apps", "config.context"),
)
PURE = re.compile(r"^(plans|tasks|plans\.org)\.(services|models|states|parser|record|access)(\.|$)")


def modules() -> Iterator[tuple[str, Path]]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield ".".join(path.relative_to(ROOT).with_suffix("").parts), path


def imports_of(module: str, path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = module.removesuffix(".__init__").split(".")
                cut = node.level - (1 if module.endswith(".__init__") else 0)
                base = ".".join([*parts[: len(parts) - cut], *([base] if base else [])])
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


def layer_of(module: str) -> int | None:
    if any(module == name or module.startswith(f"{name}.") for name in COMPOSITION):
        return None
    found = [name for name in LAYERS if module == name or module.startswith(f"{name}.")]
    return LAYERS.index(max(found, key=len)) if found else None


class ArchitectureTest(SimpleTestCase):
    def test_imports_only_go_down(self):
        wrong = [
            f"{module} -> {name}"
            for module, path in modules()
            for name in imports_of(module, path)
            if layer_of(module) is not None and (layer_of(name) or 0) > layer_of(module)
        ]
        self.assertEqual(wrong, [])

    def test_an_upward_import_would_be_found(self):
        self.assertLess(layer_of("plans.org.models"), layer_of("plans.models"))
        self.assertLess(layer_of("tasks.filters"), layer_of("reports.queries"))
        self.assertIsNone(layer_of("django.db"))

    def test_rules_know_no_http(self):
        wrong = [
            f"{module} -> {name}"
            for module, path in modules()
            if PURE.match(module)
            for name in imports_of(module, path)
            if name.startswith(("rest_framework", "django.http"))
        ]
        self.assertEqual(wrong, [])

    def test_only_moves_and_the_record_write_a_status_of_a_task(self):
        write = re.compile(r"task\.status\s*=[^=]|Task\.objects.*update\([^)]*status")
        wrong = [
            f"{module}:{number}"
            for module, path in modules()
            if module.startswith(("tasks", "reports")) and module != "tasks.services.moves"
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
            if write.search(line)
        ]
        self.assertEqual(wrong, [])

    def test_every_test_folder_is_a_package(self):
        """Without it, tests/tasks would shadow the app `tasks`."""
        folders = {path.parent for path in (ROOT / "tests").rglob("test_*.py")}
        self.assertEqual([str(folder) for folder in folders if not (folder / "__init__.py").exists()], [])
