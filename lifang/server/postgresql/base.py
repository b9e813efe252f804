"""Django's PostgreSQL backend, asking the socket whether the server is still there instead of the server itself."""

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    def is_usable(self) -> bool:
        """Whether a kept connection may be used again.

        Nothing is asked of an idle connection, so its socket is readable only when the server closed it or is about
        to; Django's own check is a round trip before every request.
        """
        connection = self.connection
        if connection is None or connection.closed:
            return False
        waiting = select.poll()
        waiting.register(connection.fileno(), select.POLLIN)
        return not waiting.poll(0)
