"""Conflicts on addresses that mean one home, from before two ways of writing counted as one, are none."""

from django.db import migrations

# City, and district or county, before the road.
WITHIN = (
    "^(?:[^市县]*(?:省|自治[区州]|地区|盟))?(?:([^省市区县]{2,}市)*)"
    "([^省市区县]*[^省市区县治小社园]区|[^省市区县]+县)?"
)
FORGET = rf"""
WITH said AS (
    SELECT r.person_id, r.home, r.facts->>'address' AS address, r.gate || '号' AS gate,
        regexp_replace(r.facts->>'address', '\s', '', 'g') AS text
    FROM registry_conflict c JOIN registry_record r ON r.person_id = c.person_id
    WHERE c.element = 'address' AND r.facts ? 'address' AND r.current AND NOT r.gone AND r.known_until IS NULL
), meant AS (
    SELECT person_id, coalesce(home, CASE WHEN strpos(text, gate) > 0 THEN regexp_replace(regexp_replace(regexp_replace(
        substr(text, strpos(text, gate)), '(\d)(?:单元|门)-*', '\1-', 'g'), '(\d)(?:幢|号楼|座)', '\1栋', 'g'),
        '(\d)(?:室|户|号)$', '\1', 'g') ELSE address END) AS home,
        CASE WHEN home IS NULL THEN regexp_match(split_part(text, gate, 1), '{WITHIN}') END AS lies
    FROM said
)
DELETE FROM registry_conflict c WHERE c.element = 'address'
AND c.person_id IN (SELECT person_id FROM meant GROUP BY 1
    HAVING greatest(count(DISTINCT home), count(DISTINCT lies[1]), count(DISTINCT lies[2])) = 1)
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0017_who_has_left")]
    operations = [migrations.RunSQL(FORGET, migrations.RunSQL.noop)]
