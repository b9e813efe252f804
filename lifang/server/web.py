"""What the web workers of `lifang serve` run. They end with the process that started them, or those of an earlier start would
share the port with the next and serve on."""

from lifang.server.supervisor import die_with_parent
from lifang.wsgi import application

__all__ = ["application"]
die_with_parent()
