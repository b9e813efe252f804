import datetime as dt
import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lifang.domains.certificates import codes, keys, sealing


class Command(BaseCommand):
    help = (
        "Certificates without the database: verify a signed file; show or renew the seal that signs files;"
        " make a new key for the codes on paper."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_subparsers(dest="what", required=True)
        what.add_parser("verify", help="a PDF as it was issued").add_argument("file", type=Path)
        seal = what.add_parser("seal", help="whose the seal is, and until when")
        seal.add_argument("--new", action="store_true", help="put the present one by and make a self-signed one")
        what.add_parser("key", help="a new key for codes; codes of earlier ones stay good")

    def handle(self, *args: Any, **options: Any) -> None:
        match options["what"]:
            case "verify":
                self._verify(options["file"])
            case "seal":
                self._seal(options["new"])
            case "key":
                self.stdout.write(f"Key {keys.make_code_key()} signs codes from now on.")

    def _verify(self, path: Path) -> None:
        try:
            pdf = path.read_bytes()
        except OSError as error:
            raise CommandError(str(error)) from None
        found = sealing.check(pdf)
        if not found.signed:
            raise CommandError("不是签过名的证明文件，或者已经损坏。")
        if not found.intact:
            raise CommandError("签名以后改动过，不要接受。")
        if not found.ours:
            raise CommandError(f"不是本平台的签名：{found.by}")
        self.stdout.write(f"签名完好：{found.by}")
        try:
            said = codes.read(sealing.code_in(pdf))
        except (codes.Unreadable, codes.Forged):
            raise CommandError("文件里没有证明的码，或者码的签名不对。") from None
        self.stdout.write(
            f"编号 {said.number}\n证明 {said.title}\n出具 {said.issuer} {said.issued_on}\n为谁 {said.whom}\n有效期至 {said.until}"
        )
        if said.until < dt.date.today():  # noqa: DTZ011
            raise CommandError("有效期已过。")
        self.stdout.write("是否已撤销，请联网扫码核验。")

    def _seal(self, new: bool) -> None:
        path = keys.seal_file()
        if new:
            before = path.parent / "seals"
            before.mkdir(mode=0o700, exist_ok=True)
            number = len(list(before.glob("*.pem"))) + 1
            kept = b"".join(keys.pem_of(one) for one in keys.certificates_in(path.read_bytes()))
            (before / f"{number}.pem").write_bytes(kept)
            os.unlink(path)
            path = keys.seal_file()
        for one in keys.certificates_in(path.read_bytes()):
            self.stdout.write(f"{one.subject.rfc4514_string()}  until {one.not_valid_after_utc:%Y-%m-%d}")
        self.stdout.write(f"{path}")
