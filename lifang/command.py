"""`lifang`: Django's command line with the settings found and, where it is embedded, the database started."""

import os
import sys

from django.core.management import execute_from_command_line

from lifang import config
from lifang.server import embedded, supervisor

WITHOUT_DATABASE = {
    "help",
    "--help",
    "--version",
    "version",
    "makemessages",
    "compilemessages",
    "pack",
    "matters",
    "certificate",
}

# They write into the source, not into the data folder.
OF_THE_SOURCE = {"makemigrations", "makemessages", "compilemessages", "pack", "matters"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lifang.settings")
    settings = config.read()
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    if command not in OF_THE_SOURCE:
        os.umask(0o077)
    if command == "serve":
        return _serve(settings)
    if settings.database_url or command in WITHOUT_DATABASE:
        return execute_from_command_line(sys.argv)
    try:
        with embedded.ensured(settings.data):
            execute_from_command_line(sys.argv)
    except embedded.NotStarted as error:
        sys.exit(str(error))


def _serve(settings: config.Config) -> None:
    try:
        supervisor.serve(settings)
    except embedded.NotStarted as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
