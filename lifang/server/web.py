"""What the web workers of `lifang serve` run. They end with the process that started them, or those of an earlier start would
share the port with the next and serve on."""

from lifang.server.supervisor import die_with_parent

die_with_parent()

from lifang.wsgi import application  # noqa: E402  loading it takes a while, in which the parent may end

__all__ = ["application"]
