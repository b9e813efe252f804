from django.db import migrations

from lifang.ground.access.rls import APP_ROLE, FUNCTION, PLACES, AppendOnly, EnableScope, within

KEEPING = f"{FUNCTION} ~ '^(guide\\.(write|check)$|system\\.)'"
OF_ARTICLE = "EXISTS (SELECT 1 FROM guidance_article a WHERE a.id = article_id)"


class Migration(migrations.Migration):
    """What is published is known at the places that it is for, above and below; drafts and what was withdrawn only to those
    who write and check there."""

    dependencies = [("guidance", "0001_initial"), ("access", "0002_scope")]

    operations = [
        EnableScope(
            "article",
            read=f"state = 'published' AND int8range(area, area_end) && {PLACES} OR {KEEPING} AND {within()}",
            write=f"{KEEPING} AND {within()}",
        ),
        EnableScope("step", read=OF_ARTICLE, write=f"{KEEPING} AND {OF_ARTICLE}"),
        AppendOnly("step"),
        EnableScope(
            "adoption", read=OF_ARTICLE, write=f"{FUNCTION} ~ '^(guide\\.write$|system\\.)' AND {within()}"
        ),
        migrations.RunSQL(
            f"REVOKE DELETE, TRUNCATE ON guidance_article, guidance_adoption FROM {APP_ROLE}",
            f"GRANT DELETE ON guidance_article, guidance_adoption TO {APP_ROLE}",
        ),
    ]
