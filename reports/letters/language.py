"""What a Word template may say: tags, one loop over the tasks, conditions. Nothing else of Jinja.

A list of what is allowed, not of what is forbidden: nothing is called or computed, nothing looped over but
the tasks, so the size of what comes out is bounded by the template and their number.
"""

from dataclasses import fields
from typing import Any

from jinja2 import StrictUndefined, Template, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from reports.letters.fields import TASKS, Entry, Letter

_LETTER = {one.name for one in fields(Letter)} - {TASKS}
_ENTRY = {one.name for one in fields(Entry)}
_LOOP = {"index", "first", "last", "length"}
_PASSIVE = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Const, nodes.If, nodes.CondExpr),
    *(nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not),
)
# Of what a loop repeats, in characters of the document's XML: 500 tasks make 100 MB of it.
MOST_REPEATED = 200_000


class TemplateFault(Exception):
    """What is wrong with a template, said so that whoever wrote it finds it."""


class Environment(ImmutableSandboxedEnvironment):
    """Jinja without anything but the above; looks at all that it is given before it runs any of it."""

    def __init__(self) -> None:
        super().__init__(undefined=StrictUndefined, autoescape=True)
        for offered in (self.globals, self.filters, self.tests):
            offered.clear()

    def from_string(self, source: Any, *rest: Any, **more: Any) -> Template:
        check(self.parse(source))
        return super().from_string(source, *rest, **more)


def check(tree: nodes.Node, loop: str = "") -> None:
    """Raises TemplateFault. `loop` is the variable of the loop that the node stands in."""
    match tree:
        case nodes.For():
            check_loop(tree, loop)
        case nodes.Getattr(node=nodes.Name(name=owner), attr=attr):
            known = {loop: _ENTRY, "loop": _LOOP}.get(owner, ()) if loop else ()
            if attr not in known:
                raise TemplateFault(f"未知标签 {{{{ {owner}.{attr} }}}}")
        case nodes.Name(name=name):
            if name not in _LETTER:
                raise TemplateFault(f"未知标签 {{{{ {name} }}}}")
        case _ if isinstance(tree, _PASSIVE):
            for child in tree.iter_child_nodes():
                check(child, loop)
        case _:
            raise TemplateFault("只能使用标签、任务循环和条件，不能使用其他写法")


def check_loop(tree: nodes.For, outer: str) -> None:
    over_tasks = isinstance(tree.iter, nodes.Name) and tree.iter.name == TASKS
    if not (over_tasks and isinstance(tree.target, nodes.Name)) or tree.test or tree.else_ or tree.recursive:
        raise TemplateFault("循环只能写作 for task in tasks")
    if outer:
        raise TemplateFault("循环之内不能再有循环")
    if sum(len(data.data) for data in tree.find_all(nodes.TemplateData)) > MOST_REPEATED:
        raise TemplateFault("循环中的内容过大，请删去其中的图片和多余格式")
    for child in tree.body:
        check(child, tree.target.name)
