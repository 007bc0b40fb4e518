from __future__ import annotations

import pytest

LEXICON = """
concepts:
  - {id: dxa, kind: procedure, phrases: [dxa]}
  - {id: hip, kind: site, phrases: [hip]}
"""
MODIFIERS = """
modifiers:
  - {modifier: 26, title: Reading, plain: reading only, when: another owns the machine, group: component}
"""
FAMILY = """
family: dxa
title: Bone density by DXA
summary: Bone density.
wakes_on: {any: [dxa]}
facets:
  measured:
    ask: Where?
    values:
      axial: {any: [hip], plain: the hip was measured}
codes:
  - {code: 77080, plain: DXA of the hip, when: {measured: axial}}
"""
"""A family without a fault; each test below adds one, or takes something away."""


def family(old: str = "", new: str = "", *, more: str = "") -> dict[str, str]:
    assert old in FAMILY
    text = FAMILY.replace(old, new) if old else FAMILY
    return {"families/radiology/dxa.yaml": text + more, "lexicon/words.yaml": LEXICON, "modifiers.yaml": MODIFIERS}


def test_a_family_without_fault_is_not_refused(refused):
    assert refused(family()) == []


@pytest.mark.parametrize(
    ("old", "new", "refusal"),
    [
        ("title: Bone", "titel: Bone", "1: 'title' is missing or empty; write it"),
        ("title: Bone", "titel: Bone", "2: the key 'titel' is not known here; did you mean 'title'?"),
        ("summary: Bone density.", "summary:", "3: 'summary' is missing or empty; write it"),
        ("summary: Bone density.", "title: Again", "3: the key 'title' stands here twice; keep one of them"),
        ("family: dxa", "family: dexa", "1: the family is called 'dexa' in a file called dxa.yaml; give both the same name"),
        ("any: [dxa]", "none: [dxa]", "4: nothing wakes this family; name concepts under `any` or `all` of wakes_on"),
        ("any: [dxa]", "any: [dxaa]", "4: the concept 'dxaa' is not known; did you mean 'dxa'?"),
        ("any: [hip]", "all: [wrist]", "9: the concept 'wrist' is not known; write it in a file of lexicon/"),
        ("any: [hip], ", "", "9: nothing shows the value 'axial'; give it concepts, or make it the default"),
        ("any: [hip]", "facts: {age: 80-18}", "9: no number is in the range '80-18'; write 65-, -17 or 18-64"),
        ("any: [hip]", "facts: {payer: []}", "9: the fact 'payer' has no value; list the values that are accepted"),
        (
            "hip was measured",
            "hip, was measured",
            "9: the key 'was measured' is not known here; put quotes around a text that holds a comma",
        ),
        ("ask: Where?", "several: true", "6: the facet 'measured' has no default and is not asked; write `ask` or `default`"),
        ("ask: Where?", "default: heel", "7: the default 'heel' is no value of 'measured'; use one of its values"),
        ("ask: Where?", "several: perhaps", "7: 'several' cannot be 'perhaps'; write true or false"),
        ("{measured: axial}", "{place: axial}", "11: 'place' is no facet of this family; use one of measured"),
        ("{measured: axial}", "{measured: heel}", "11: 'heel' is no value of 'measured'; use one of axial"),
        ("{measured: axial}", "{measured: []}", "11: no value of 'measured' is named; use one of axial"),
        ("{measured: axial}", "always", "6: no code needs the facet 'measured'; use it in a `when`, or take it away"),
        ("{measured: axial}", "sometimes", "11: `when` cannot be 'sometimes'; write facets with values, always or never"),
        (
            ", when: {measured: axial}",
            "",
            "11: nothing tells when 77080 is right; write `when` (facets, always or never) or `ended`",
        ),
        ("code: 77080", "code: 7708", "11: '7708' is no CPT code; mend the code, or `system` of the family"),
        ("code: 77080", "code: M81.0", "11: 'M81.0' is no CPT code; mend the code, or `system` of the family"),
        (
            "code: 77080",
            'code: "7708{measured}"',
            "11: 7708{measured} is a template; templates are for families of ICD-10-CM codes",
        ),
        ("axial}}", "axial}, adds: 77085}", "11: '77085' is no other code of this family; write it under `codes`, or mend it"),
        ("axial}}", "axial}, also_in: vfa}", "11: the family 'vfa' is not known; use the id of a family"),
        ("axial}}", "axial}, facts: {units: few}}", "11: 'units' cannot be 'few'; write a whole number"),
        (
            "axial}}",
            "axial}, facts: {ended: 2015-02-30}}",
            "11: 'ended' cannot be '2015-02-30'; write an existing day as YYYY-MM-DD",
        ),
        (
            "axial}}",
            "axial}, facts: {effective: 2015-01-01, ended: 2015-01-01}}",
            "11: 77080 ends before it begins; mend `effective` or `ended`",
        ),
        ("axial}}", "axial}, facts: {sunset: 2028-13}}", "11: 'sunset' cannot be '2028-13'; write a month as YYYY-MM"),
        (
            "axial}}",
            "axial}, facts: {category: III}}",
            "11: 77080 is Category I by its shape, not III; mend `category` or leave it out",
        ),
        ("axial}}", "axial}, facts: {successors: [770]}}", "11: '770' is no code; write one code, or a list of codes"),
        ("axial: {", "Axial: {", "9: 'Axial' is no id; use small letters, digits and single hyphens"),
        (
            "Bone density by DXA",
            "[Bone, density]",
            "2: one word or text is needed here; take away the brackets, braces or indent, or quote the text",
        ),
        ("wakes_on: {any: [dxa]}", "wakes_on: dxa", "4: keys with values are needed here; write `key: value` lines"),
    ],
)
def test_a_family_is_refused_with_file_and_line(refused, old, new, refusal):
    assert f"families/radiology/dxa.yaml:{refusal}" in refused(family(old, new))


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ("related: [770]", "'770' is no code; write one code, or a list of codes"),
        ("modifiers: [{modifier: 27, when: never}]", "the modifier '27' is not known; write it in modifiers.yaml"),
        ("examples: [{text: DXA of the hip}]", "the example tells no answer; write `codes`, `diagnoses` or `ask`"),
        ("examples: [{text: DXA, ask: [side]}]", "'side' is no facet of this family; use one of measured"),
        (
            "examples: [{text: DXA, codes: [99999]}]",
            "the code of an example '99999' is not known; write a family for it, or mend it",
        ),
        (
            "bundles: [{column_1: 77085, column_2: 77086, kind: bundled, reason: one holds the other, source: NCCI}]",
            "the bundle 77085 with 77086 is not of this family; one of the two must stand under `codes`",
        ),
        (
            "bundles: [{column_1: 77085, column_2: 77080, kind: bundled, indicator: 9, reason: so, source: NCCI}]",
            "the indicator cannot be '9'; write 0 or 1, or leave it out",
        ),
        (
            "bundles: [{column_1: 77085, column_2: 77080, kind: odd, reason: so, source: NCCI}]",
            "'kind' cannot be 'odd'; use one of bundled, mutually-exclusive",
        ),
        (
            "bundles: [{column_2: 77080, kind: bundled, reason: so, source: NCCI}]",
            "a bundle needs two codes; write `column_1` and `column_2`",
        ),
    ],
)
def test_what_goes_with_the_codes_is_refused_with_file_and_line(refused, more, refusal):
    assert f"families/radiology/dxa.yaml:12: {refusal}" in refused(family(more=more))


def test_a_code_in_two_families_is_refused_until_one_of_them_says_so(refused):
    other = FAMILY.replace("family: dxa", "family: other")
    files = family() | {"families/radiology/other.yaml": other}

    assert refused(files) == [
        "families/radiology/other.yaml:11: 77080 is also in the family 'dxa' (families/radiology/dxa.yaml:11); say `also_in: dxa`"
    ]
    assert refused(files | {"families/radiology/other.yaml": other.replace("axial}}", "axial}, also_in: dxa}")}) == []


@pytest.mark.parametrize("template", ["M80.{site}A", "M80.{}A", "M80.{A"])
def test_a_template_of_no_facet_of_the_family_is_refused(refused, template):
    files = family("code: 77080", f"code: '{template}'")
    files["families/radiology/dxa.yaml"] += "system: ICD-10-CM\n"

    assert refused(files) == [
        f"families/radiology/dxa.yaml:11: the template {template} names no facet of this family; use one of measured"
    ]


def test_a_code_twice_in_one_family_is_refused(refused):
    more = "  - {code: 77080, plain: again, when: {measured: axial}}\n"

    assert refused(family(more=more)) == ["families/radiology/dxa.yaml:12: 77080 stands in this family twice; join the two"]


def test_two_families_of_one_name_in_two_folders_are_refused(refused):
    other = FAMILY.replace("77080", "77081")

    assert refused(family() | {"families/spine/dxa.yaml": other}) == [
        "families/spine/dxa.yaml:11: the family 'dxa' is already in families/radiology/dxa.yaml; give it another id"
    ]


@pytest.mark.parametrize(
    ("concept", "refusal"),
    [
        ("{id: dxa, kind: site, phrases: [x]}", "the concept 'dxa' is already at lexicon/words.yaml:2; join the two or rename one"),
        (
            "{id: dexa, kind: procedure, phrases: [DXA]}",
            "the phrase 'DXA' already means 'dxa' at lexicon/words.yaml:2; keep it with one concept",
        ),
        (
            "{id: knee, kind: place, phrases: [knee]}",
            "'kind' cannot be 'place'; use one of procedure, condition, site, side, approach, ",
        ),
        ("{id: knee, phrases: [knee]}", "'kind' is missing or empty; write it"),
        ("{id: knee, kind: site}", "no words mean 'knee'; give it phrases, or concepts that are one of it"),
        ("{id: knee, kind: site, is_a: leg, phrases: [knee]}", "the concept 'leg' is not known; write it in a file of lexicon/"),
        ("{id: knee, kind: site, is_a: knee, phrases: [knee]}", "'knee' is its own ancestor; take one is_a out of the circle"),
        ("{id: Knee, kind: site, phrases: [knee]}", "'Knee' is no id; use small letters, digits and single hyphens"),
        ("{id: knee, kind: site, phrases: ['-']}", "a phrase has no letters; write it or take it away"),
    ],
)
def test_a_concept_is_refused_with_file_and_line(refused, concept, refusal):
    lines = refused({"lexicon/words.yaml": f"{LEXICON}  - {concept}\n"})

    assert any(line.startswith(f"lexicon/words.yaml:4: {refusal}") for line in lines), lines


def test_a_circle_over_two_files_is_refused_at_each_of_its_concepts(refused):
    files = {
        "lexicon/a.yaml": "concepts: [{id: hand, kind: site, is_a: limb, phrases: [hand]}]",
        "lexicon/b.yaml": "concepts: [{id: limb, kind: site, is_a: hand, phrases: [limb]}]",
    }

    assert refused(files) == [
        "lexicon/a.yaml:1: 'hand' is its own ancestor; take one is_a out of the circle",
        "lexicon/b.yaml:1: 'limb' is its own ancestor; take one is_a out of the circle",
    ]


def test_one_phrase_may_mean_two_concepts_of_two_kinds(refused):
    assert refused({"lexicon/words.yaml": f"{LEXICON}  - {{id: hip-joint, kind: device, phrases: [hip]}}\n"}) == []


@pytest.mark.parametrize(
    ("old", "new", "refusal"),
    [
        ("modifier: 26", "modifier: 2", "2: '2' is no modifier; write two digits or capital letters"),
        ("component}", "component, not_with: TC}", "2: the modifier 'TC' is not in this file; add it or mend the spelling"),
        ("component}", "parts}", "2: 'group' cannot be 'parts'; use one of component, side, "),
        ("plain: reading only, ", "", "2: 'plain' is missing or empty; write it"),
        (
            "component}",
            "component}\n  - {modifier: 26, title: t, plain: p, when: w, group: side}",
            "3: the modifier 26 stands here twice; keep one",
        ),
    ],
)
def test_a_modifier_is_refused_with_file_and_line(refused, old, new, refusal):
    lines = refused({"modifiers.yaml": MODIFIERS.replace(old, new)})

    assert any(line.startswith(f"modifiers.yaml:{refusal}") for line in lines), lines


def test_an_edition_that_the_build_finds_is_refused(refused):
    assert refused({"editions.yaml": "editions: {icd10cm: 2026-04-01}"}) == [
        "editions.yaml:1: the edition 'icd10cm' is found by the build; take it away"
    ]


def test_a_file_that_is_no_yaml_is_refused_with_its_line(refused):
    assert refused({"lexicon/words.yaml": "concepts:\n  - {id: dxa\n  - {id: hip}\n"})[0].startswith(
        "lexicon/words.yaml:3: this is no YAML"
    )


def test_a_file_that_is_no_text_is_refused(refused, tmp_path):
    (tmp_path / "lexicon").mkdir()
    (tmp_path / "lexicon/words.yaml").write_bytes(b"concepts: [\xff\xfe\x00]")

    assert refused({}) == ["lexicon/words.yaml:1: this is no YAML; save the file as UTF-8 text without control characters"]


def test_an_empty_file_is_refused(refused):
    assert (
        refused({"lexicon/words.yaml": ""})[0] == "lexicon/words.yaml:1: keys with values are needed here; write `key: value` lines"
    )


def test_all_refusals_come_at_once_ordered_by_file_and_line(refused):
    lines = refused(family("title: Bone", "titel: Bone") | {"modifiers.yaml": "modifiers: [{}]"})

    assert lines == sorted(lines, key=lambda line: (line.split(":")[0], int(line.split(":")[1])))
    assert {line.split(":")[0] for line in lines} == {"families/radiology/dxa.yaml", "modifiers.yaml"}
