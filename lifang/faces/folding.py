"""Parts of templates that hang on nothing but the language are rendered once a language.

Neighbouring pieces of text, translated words, icons and addresses of files become one, whichever page they stand on.
"""

from collections.abc import Iterable

from django.template import Node, NodeList, Template
from django.template.base import FilterExpression, Origin, TextNode, Variable
from django.template.defaulttags import CommentNode, LoadNode
from django.template.library import SimpleNode
from django.template.loaders import base, cached
from django.templatetags.i18n import TranslateNode
from django.templatetags.static import StaticNode
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from lifang.ground.signs import badge, icon, state_badge

FIXED_TAGS = {badge, icon, state_badge}


class _Folding(base.Loader):
    def get_template(self, template_name: str, skip: list[Origin] | None = None) -> Template:
        template = super().get_template(template_name, skip)
        _fold(template.nodelist)
        return template


class Loader(cached.Loader, _Folding):
    """Keeps templates as Django's does, folded."""


class Fixed(Node):
    """Nodes that render to the same text in one language."""

    child_nodelists = ()

    def __init__(self, nodes: Iterable[Node]) -> None:
        self.nodes = NodeList(nodes)
        self.origin, self.token = self.nodes[0].origin, self.nodes[0].token
        self.texts: dict[str | None, SafeString] = {}

    def render(self, context: object) -> SafeString:
        language = get_language()
        text = self.texts.get(language)
        if text is None:
            text = self.texts[language] = self.nodes.render(context)  # type: ignore[arg-type]
        return text


def _fold(nodes: NodeList) -> None:
    folded: list[Node] = []
    run: list[Node] = []
    for node in [*nodes, None]:
        if node is not None and _is_fixed(node):
            run.append(node)
            continue
        folded += run if all(isinstance(one, TextNode) for one in run) else [Fixed(run)]
        run = []
        if node is not None:
            for part in _inside(node):
                _fold(part)
            folded.append(node)
    nodes[:] = folded


def _inside(node: Node) -> list[NodeList]:
    if branches := getattr(node, "conditions_nodelists", None):
        return [part for _condition, part in branches]
    return [part for name in node.child_nodelists if isinstance(part := getattr(node, name, None), NodeList)]


def _is_fixed(node: Node) -> bool:
    if isinstance(node, TextNode | LoadNode | CommentNode):
        return True
    if isinstance(node, TranslateNode):
        return not node.asvar and _given(node.filter_expression)
    if isinstance(node, StaticNode):
        return node.varname is None and _given(node.path)
    if isinstance(node, SimpleNode):
        given = [*node.args, *node.kwargs.values()]
        return node.func in FIXED_TAGS and node.target_var is None and all(map(_given, given))
    return False


def _given(value: FilterExpression) -> bool:
    """Whether an argument stands in the template itself."""
    return not value.filters and (not isinstance(value.var, Variable) or value.var.lookups is None)
