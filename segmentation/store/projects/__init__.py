"""Projects: the whole work of a session on this machine, saved as it goes, opened again as it was."""

from segmentation.store.projects.folder import Step, steps
from segmentation.store.projects.kinds import KINDS, with_kinds
from segmentation.store.projects.shelf import About, Shelf, is_project_id, linked, new_id, projects_root
from segmentation.store.projects.values import Known

__all__ = [
    "KINDS",
    "About",
    "Known",
    "Shelf",
    "Step",
    "is_project_id",
    "linked",
    "new_id",
    "projects_root",
    "steps",
    "with_kinds",
]
