"""Texts that the tests of this folder send in."""

HEEL = "Bone density of the heel by ultrasound for a Medicare patient. Which code?"
"""Answered at once."""
