"""Diagnoses beside those that families and the tabular list name, each from a source of its own, in the order of their needs.

Signposts first, because weeks, weights and drugs stand beside what these find; where and how an injury happened last.
"""

from __future__ import annotations

from collections.abc import Sequence

from consultant.matching.birth_size import with_birth_size
from consultant.matching.body_mass import body_mass
from consultant.matching.burn_extent import burn_extent
from consultant.matching.drug_effects import with_drug_effects
from consultant.matching.knowing import Knowing
from consultant.matching.pointed import with_pointed
from consultant.matching.pregnancy_weeks import with_weeks
from consultant.matching.scene import Scene
from consultant.model.coding import Diagnosis


def with_further(scene: Scene, found: Sequence[Diagnosis], knowledge: Knowing) -> tuple[Diagnosis, ...]:
    """The diagnoses with all that the words and numbers of the case add to them."""
    conditions = knowledge.conditions
    told = with_drug_effects(scene, with_pointed(scene, found, knowledge, last=False), knowledge)
    told = with_birth_size(scene.text, with_weeks(scene.text, told, conditions), conditions)
    age = scene.facts["age"].value if "age" in scene.facts else ""
    told = (*told, *body_mass(scene.text, told, age, conditions), *burn_extent(scene.text, told, conditions))
    return with_pointed(scene, told, knowledge, last=True)
