"""What a Word template may say: the letter's tags, loops over its lists, conditions. Nothing else of Jinja.

A list of what is allowed, not of what is forbidden: nothing is called or computed, nothing looped over but
the letter's own lists, so the size of what comes out is bounded by the template and their number.
"""

from typing import Any

from jinja2 import StrictUndefined, Template, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from reports.letters.tags import loops, tags

_LOOP = {"index", "first", "last", "length"}
_PASSIVE = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Const, nodes.If, nodes.CondExpr),
    *(nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not),
)
# Of what a loop writes, in characters of the document's XML, where there is as much to list as there may be.
MOST_WRITTEN = 100_000_000


class TemplateFault(Exception):
    """What is wrong with a template, said so that whoever wrote it finds it."""


class Environment(ImmutableSandboxedEnvironment):
    """Jinja without anything but the above; looks at all that it is given before it runs any of it.

    `letter` is the class of what the template is filled with.
    """

    def __init__(self, letter: type) -> None:
        super().__init__(undefined=StrictUndefined, autoescape=True)
        for offered in (self.globals, self.filters, self.tests):
            offered.clear()
        self.language = Language(letter)

    def from_string(self, source: Any, *rest: Any, **more: Any) -> Template:
        self.check(source)
        return super().from_string(source, *rest, **more)

    def check(self, source: str) -> None:
        """Raises TemplateFault, or jinja2's own TemplateSyntaxError."""
        self.language.check(self.parse(source))


class Language:
    """The tags of one kind of letter."""

    def __init__(self, letter: type) -> None:
        self.tags = {one.name for one in tags(letter)}
        self.loops = loops(letter)
        self.forms = "、".join(f"for {loop.called} in {name}" for name, loop in self.loops.items())

    def check(self, tree: nodes.Node, variable: str = "", entry: type | None = None) -> None:
        """Raises TemplateFault. `variable` is that of the loop around it, `entry` what it goes over."""
        match tree:
            case nodes.For():
                self.check_loop(tree, entry)
            case nodes.Getattr(node=nodes.Name(name=owner), attr=attr):
                known = {variable: {one.name for one in tags(entry)}, "loop": _LOOP} if entry else {}
                if attr not in known.get(owner, ()):
                    raise TemplateFault(f"未知标签 {{{{ {owner}.{attr} }}}}")
            case nodes.Name(name=name):
                if name not in self.tags:
                    raise TemplateFault(f"未知标签 {{{{ {name} }}}}")
            case _ if isinstance(tree, _PASSIVE):
                for child in tree.iter_child_nodes():
                    self.check(child, variable, entry)
            case _:
                raise TemplateFault("只能使用标签、循环和条件，不能使用其他写法")

    def check_loop(self, tree: nodes.For, around: type | None) -> None:
        loop = self.loops.get(tree.iter.name) if isinstance(tree.iter, nodes.Name) else None
        named = isinstance(tree.target, nodes.Name)
        if loop is None or not named or tree.test or tree.else_ or tree.recursive:
            raise TemplateFault(f"循环只能写作 {self.forms}")
        if around:
            raise TemplateFault("循环之内不能再有循环")
        repeated = sum(len(data.data) for data in tree.find_all(nodes.TemplateData))
        if repeated * loop.most > MOST_WRITTEN:
            raise TemplateFault("循环中的内容过大，请删去其中的图片和多余格式")
        for child in tree.body:
            self.check(child, tree.target.name, loop.entry)
