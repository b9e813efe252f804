"""The state diagram of a case type as Mermaid text."""

from lifang.blocks.packs.shapes import CaseType


def mermaid(case: CaseType) -> str:
    """A stateDiagram-v2: every state, and one arrow for each pair of states with the acts between them."""
    lines = ["stateDiagram-v2", "    direction TB"]
    lines += [f'    state "{state.title}" as {name}' for name, state in case.states.items()]
    lines.append(f"    [*] --> {case.initial}")
    arrows: dict[tuple[str, str], list[str]] = {}
    for row in case.transitions:
        for state in row.states:
            if row.to not in ("same", state):
                titles = arrows.setdefault((state, row.to), [])
                if row.title not in titles:
                    titles.append(row.title)
    lines += [f"    {source} --> {target}: {'、'.join(titles)}" for (source, target), titles in arrows.items()]
    lines += [f"    {name} --> [*]" for name, state in case.states.items() if state.final]
    return "\n".join(lines) + "\n"
