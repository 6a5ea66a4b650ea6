"""What persistence/ offers to other rooms, and to nobody else: these names may change with every version."""

from trio_live.persistence._saver import Saver
from trio_live.persistence._snapshot import instant, stamp
from trio_live.persistence._tenants import open_tenancy

__all__ = ["Saver", "instant", "open_tenancy", "stamp"]
