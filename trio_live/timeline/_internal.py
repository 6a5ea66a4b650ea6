"""What timeline/ offers to other rooms, and to nobody else: these names may change with every version."""

from trio_live.timeline._both import joined
from trio_live.timeline._notes_file import NotesFile, notes_of_journal
from trio_live.timeline._noting import CallKeeper, Noter, as_json

__all__ = ["CallKeeper", "Noter", "NotesFile", "as_json", "joined", "notes_of_journal"]
