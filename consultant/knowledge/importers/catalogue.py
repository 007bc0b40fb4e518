"""Which reader reads which kind of official file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from types import MappingProxyType

from consultant.knowledge.importers import (
    add_on,
    cpt,
    hcpcs,
    icd10cm_index,
    icd10cm_order,
    icd10cm_tabular,
    mcd,
    mpfs,
    mue,
    ncci_pairs,
    ncci_ptp,
    places,
    taxonomy,
    taxonomy_crosswalk,
)
from consultant.knowledge.importers.sheet import Sheet
from consultant.knowledge.official_kinds import Kind

READERS: MappingProxyType[Kind, Callable[[Sequence[Path]], Sheet]] = MappingProxyType(
    {
        reader.KIND: reader.read
        for reader in (
            *(ncci_ptp, ncci_pairs, mue, add_on, mpfs, hcpcs, icd10cm_order, icd10cm_tabular, icd10cm_index),
            *(taxonomy, taxonomy_crosswalk, places, mcd, cpt),
        )
    }
)
