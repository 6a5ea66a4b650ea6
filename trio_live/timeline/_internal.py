"""What timeline/ offers to other rooms, and to nobody else: these names may change with every version."""

from trio_live.timeline._both import joined
from trio_live.timeline._html import page_files
from trio_live.timeline._notes_file import NotesFile, notes_of_journal
from trio_live.timeline._noting import CallKeeper, Noter, as_json
from trio_live.timeline._packing import Pack

__all__ = ["CallKeeper", "Noter", "NotesFile", "Pack", "as_json", "joined", "notes_of_journal", "page_files"]
