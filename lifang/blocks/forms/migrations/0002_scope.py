from django.db import migrations

from lifang.ground.access.rls import APP_ROLE, FUNCTION, UNITS, AppendOnly, EnableScope, within

SYSTEM = f"{FUNCTION} ~ '^system\\.'"
ASKED = f"({SYSTEM} OR {FUNCTION} ~ '^form\\.')"
# A department reaches what it sent itself, wherever; others what lies in their places.
REACHED = f"{ASKED} AND ({within()} OR ARRAY[unit_id] && {UNITS})"
ASKED_HERE = "EXISTS (SELECT 1 FROM forms_return r WHERE r.issue_id = forms_issue.id)"
MAKING = f"({SYSTEM} OR {FUNCTION} = 'form.make') AND ({within()} OR ARRAY[unit_id] && {UNITS})"
MADE = f"({SYSTEM} OR {FUNCTION} = 'form.make') AND EXISTS (SELECT 1 FROM forms_form f WHERE f.id = form_id AND ({within('f.area')} OR ARRAY[f.unit_id] && {UNITS}))"
OF_EDITION = (
    f"{ASKED} AND EXISTS (SELECT 1 FROM forms_edition e JOIN forms_form f ON f.id = e.form_id"
    f" WHERE e.id = edition_id AND ({within('f.area')} OR ARRAY[f.unit_id] && {UNITS}))"
)
FILLING = f"({SYSTEM} OR {FUNCTION} IN ('form.make', 'form.fill')) AND ({within()} OR ARRAY[unit_id] && {UNITS})"


class Migration(migrations.Migration):
    """Which forms there are is public knowledge; a layout, a sending and what was returned are reached by place or unit."""

    dependencies = [("forms", "0001_initial"), ("access", "0002_scope"), ("registry", "0002_scope")]

    operations = [
        EnableScope("form", read="true", write=MAKING),
        EnableScope("edition", read="true", write=MADE),
        EnableScope("workbook", read=OF_EDITION, write=OF_EDITION),
        EnableScope("issue", read=f"{REACHED} OR ({ASKED} AND {ASKED_HERE})", write=MAKING),
        EnableScope("return", read=REACHED, write=FILLING),
        EnableScope("answer", read=f"{ASKED} AND {within()}", write=SYSTEM),
        AppendOnly("edition"),
        AppendOnly("workbook"),
        migrations.RunSQL(
            f"REVOKE DELETE, TRUNCATE ON forms_form, forms_issue, forms_return, forms_answer FROM {APP_ROLE}",
            f"GRANT DELETE ON forms_form, forms_issue, forms_return, forms_answer TO {APP_ROLE}",
        ),
    ]
