"""Why a row has the level it has, and what the next one lacks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from incdsl.core import ir
from incdsl.engines.reference import Row, Tracer
from incdsl.results.requirement_page import RequirementPage
from incdsl.results.tree import place


@dataclass(frozen=True)
class Designation:
    """A designation: its name, what it is called, the relation whose rows have a level, and where it is written."""

    name: str
    label: str
    relation: str
    origin: ir.Origin


def designations_of(program: ir.Program) -> Sequence[Designation]:
    """The designations of a program, from its output `levels`."""
    found = []
    for output in program.outputs:
        if output.name == "levels":
            at = [column.name for column in output.columns].index("designation")
            for part in output.parts:
                name = part.cells[at]
                assert isinstance(name, ir.Literal)
                columns = {column.name: column for column in program.relation(part.relation).derived}
                level = columns[f"{name.value}.level"]
                found.append(Designation(str(name.value), level.label, part.relation, level.origin))
    return found


class LevelPage(RequirementPage):
    """The explanation of the level of one row."""

    def __init__(self, program: ir.Program, tracer: Tracer, relation: ir.Relation, row: Row, designation: Designation) -> None:
        super().__init__(program, tracer, relation, row)
        self.designation = designation

    def lines(self) -> Iterator[str]:
        """The whole explanation, line by line."""
        name = self.designation.name
        level, following, lacks = (self.value(f"{name}.{part}") for part in ("level", "next_level", "lacks"))
        yield f'{name} "{self.designation.label}" of {self.keys()}, as of {self.tracer.as_of}'
        above = f"; the next one is {following}, which lacks {lacks}" if following else ", the highest"
        yield f"  the level is {level}{above}"
        yield ""
        levels: dict[str, list[ir.Requirement]] = {}
        for requirement in self.program.requirements:
            if requirement.relation == self.relation.name and requirement.name.startswith(f"{name}."):
                levels.setdefault(requirement.name.split(".")[1], []).append(requirement)
        failing = [need for need in levels.get(str(following), []) if self.of(need, "status") in ("missed", "open")]
        if failing:
            yield f"What {following} lacks"
            for number, need in enumerate(sorted(failing, key=self.distance)):
                nearest = "nearest: " if number == 0 and len(failing) > 1 else ""
                yield f"  {nearest}{need.name.split('.')[2]}: {self.gap(need)}"
            yield ""
        yield f"What the levels need{place(self.designation.origin)}"
        yield from self.tree.provenance(self.designation.origin, 6)
        for called, needs in levels.items():
            yield f"  {called}"
            for need in needs:
                yield from (f"  {line}" for line in self.requirement(need))
