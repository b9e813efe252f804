from django.db import migrations

from lifang.ground.access.rls import APP_ROLE, FUNCTION, AppendOnly, EnableScope, within

STAFF = f"{FUNCTION} ~ '^(certificate|system)\\.'"
READ = f"{STAFF} AND {within()}"
CHECK = f"{FUNCTION} ~ '^(certificate\\.(check|issue)$|system\\.)' AND {within()}"
ISSUE = f"{FUNCTION} ~ '^(certificate\\.issue$|system\\.)' AND {within()}"
# Whoever holds a certificate in their hands gives its number, and is told of that one.
ITS_NUMBER = f"{FUNCTION} = 'public.certificate' AND number = (SELECT lifang_token())"
OF_NUMBER = (
    f"{FUNCTION} = 'public.certificate' AND EXISTS (SELECT 1 FROM certificates_certificate c WHERE c.case_id = certificate_id)"
)


SYSTEM = f"{FUNCTION} ~ '^system\\.'"


def _only_sealed(name: str, columns: str) -> migrations.RunSQL:
    """Rows are only ever added; the system alone seals values anew, or empties them when their time is over."""
    table = f"certificates_{name}"
    return migrations.RunSQL(
        f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {APP_ROLE}; GRANT UPDATE ({columns}) ON {table} TO {APP_ROLE};"
        f" ALTER POLICY {table}_change ON {table} USING ({SYSTEM}) WITH CHECK ({SYSTEM})",
        f"GRANT UPDATE, DELETE ON {table} TO {APP_ROLE}",
    )


class Migration(migrations.Migration):
    """Certificates are read under functions of certificates, at their community; the public reads one by its number.

    Nothing that was found, sealed or printed is changed or removed; 0005 keeps what was issued.
    """

    dependencies = [("certificates", "0001_initial"), ("cases", "0009_asked"), ("registry", "0002_scope")]

    operations = [
        EnableScope("certificate", read=f"({READ}) OR ({ITS_NUMBER})", write=CHECK),
        EnableScope("fact", read=f"({READ}) OR ({OF_NUMBER})", write=CHECK),
        EnableScope("printing", read=READ, write=ISSUE),
        EnableScope("sealuse", read=READ, write=ISSUE),
        EnableScope("letter", read=READ, write=CHECK),
        EnableScope("letterevent", read=READ, write="true"),
        AppendOnly("sealuse"),
        *(_only_sealed(*table) for table in (("fact", "value, seen"), ("printing", "pdf"))),
        AppendOnly("letterevent"),
        migrations.RunSQL(
            f"REVOKE DELETE, TRUNCATE ON certificates_certificate, certificates_letter FROM {APP_ROLE}",
            f"GRANT DELETE ON certificates_certificate, certificates_letter TO {APP_ROLE}",
        ),
    ]
