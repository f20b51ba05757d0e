"""Projects: the whole work of a session on this machine, saved as it goes, opened again as it was."""

from segmentation.store.projects.decisions import decisions
from segmentation.store.projects.folder import Step, steps
from segmentation.store.projects.kinds import KINDS, with_kinds
from segmentation.store.projects.links import linked
from segmentation.store.projects.portable import ENDING, TakenIn, take_along, take_in
from segmentation.store.projects.shelf import About, Shelf, is_project_id, new_id, projects_root
from segmentation.store.projects.values import Known

__all__ = [
    "ENDING",
    "KINDS",
    "About",
    "Known",
    "Shelf",
    "Step",
    "TakenIn",
    "decisions",
    "is_project_id",
    "linked",
    "new_id",
    "projects_root",
    "steps",
    "take_along",
    "take_in",
    "with_kinds",
]
