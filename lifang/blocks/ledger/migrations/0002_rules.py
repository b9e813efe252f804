from django.db import migrations

from lifang.ground.access.rls import FUNCTION, UNITS, AppendOnly, EnableScope, within

READS = f"{FUNCTION} ~ '^(ledger|admission|system)\\.'"
WRITES = f"({FUNCTION} = 'ledger.enter' OR {FUNCTION} ~ '^(admission|system)\\.') AND {within()}"
CLOSES = f"({FUNCTION} = 'ledger.close' OR {FUNCTION} ~ '^system\\.') AND {within()}"
OWN = f"unit_id = ANY ({UNITS}::int8[])"
OF_OWN = f"EXISTS (SELECT 1 FROM ledger_account a WHERE a.id = account_id AND a.{OWN})"
OWN_LINE = "EXISTS (SELECT 1 FROM ledger_posting p WHERE p.entry_id = ledger_entry.id)"

# A month is closed alone: who posts holds the place's lock with others, who closes holds it alone. Places share 64 locks,
# so that an entry for each of thousands of places takes no more than these.
RULES = """
CREATE FUNCTION ledger_lock_of(place bigint) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
  $$ SELECT hashint8(place) & 63 $$;

CREATE FUNCTION ledger_entry_stands() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(7310, lock)
    FROM (SELECT DISTINCT ledger_lock_of(area) AS lock FROM fresh ORDER BY 1) AS places;
  IF EXISTS (SELECT 1 FROM fresh f JOIN ledger_closing c ON c.area = f.area AND c.book = f.book
             WHERE c.month >= date_trunc('month', f.day)) THEN
    RAISE EXCEPTION 'an entry into a closed month' USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_month_open';
  END IF;
  IF EXISTS (SELECT 1 FROM fresh f WHERE NOT EXISTS (SELECT 1 FROM ledger_posting p WHERE p.entry_id = f.id)) THEN
    RAISE EXCEPTION 'an entry without postings' USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_posted';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER stands AFTER INSERT ON ledger_entry REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_entry_stands();

CREATE FUNCTION ledger_posting_stands() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM fresh GROUP BY entry_id HAVING sum(amount) <> 0) THEN
    RAISE EXCEPTION 'postings that do not sum to zero' USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_balanced';
  END IF;
  IF EXISTS (SELECT 1 FROM (SELECT entry_id, count(*) AS n FROM fresh GROUP BY 1) AS f
             WHERE n <> (SELECT count(*) FROM ledger_posting p WHERE p.entry_id = f.entry_id)) THEN
    RAISE EXCEPTION 'a posting added to what was posted' USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_whole';
  END IF;
  IF EXISTS (SELECT 1 FROM fresh f LEFT JOIN ledger_entry e ON e.id = f.entry_id LEFT JOIN ledger_account a ON a.id = f.account_id
             WHERE (a.book = e.book AND a.area = e.area AND f.area = e.area AND f.day = e.day) IS NOT TRUE) THEN
    RAISE EXCEPTION 'a posting of another book, place or day' USING ERRCODE = 'check_violation', CONSTRAINT = 'posting_at_home';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER stands AFTER INSERT ON ledger_posting REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_posting_stands();

CREATE FUNCTION ledger_close() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE last date := (NEW.month + interval '1 month' - interval '1 day')::date;
BEGIN
  PERFORM pg_advisory_xact_lock(7310, ledger_lock_of(NEW.area));
  IF extract(day FROM NEW.month) <> 1 OR EXISTS (
    SELECT 1 FROM ledger_closing c WHERE c.area = NEW.area AND c.book = NEW.book AND c.month > NEW.month) THEN
    RAISE EXCEPTION 'a month before a closed one' USING ERRCODE = 'check_violation', CONSTRAINT = 'closing_in_order';
  END IF;
  INSERT INTO ledger_balance (account_id, area, until, amount)
    SELECT a.id, a.area, last, coalesce(b.amount, 0) + sum(p.amount)
    FROM ledger_account a LEFT JOIN LATERAL (
      SELECT amount, until FROM ledger_balance WHERE account_id = a.id ORDER BY until DESC LIMIT 1) b ON true
    JOIN ledger_posting p ON p.account_id = a.id AND p.day <= last AND p.day > coalesce(b.until, '-infinity')
    WHERE a.area = NEW.area AND a.book = NEW.book GROUP BY a.id, b.amount;
  RETURN NULL;
END $$;
CREATE TRIGGER closes AFTER INSERT ON ledger_closing FOR EACH ROW EXECUTE FUNCTION ledger_close();

CREATE FUNCTION ledger_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what was posted stays; take it back by a reversal' USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_kept';
END $$;
"""
TABLES = ("account", "entry", "posting", "closing", "balance")
KEPT = "".join(
    f"CREATE TRIGGER kept BEFORE UPDATE OR DELETE ON ledger_{table} FOR EACH STATEMENT EXECUTE FUNCTION ledger_kept();\n"
    for table in TABLES
)
UNDO = (
    "".join(f"DROP TRIGGER kept ON ledger_{table};\n" for table in TABLES)
    + """DROP TRIGGER stands ON ledger_entry; DROP TRIGGER stands ON ledger_posting; DROP TRIGGER closes ON ledger_closing;
DROP FUNCTION ledger_kept(); DROP FUNCTION ledger_close(); DROP FUNCTION ledger_posting_stands();
DROP FUNCTION ledger_entry_stands(); DROP FUNCTION ledger_lock_of(bigint);"""
)


class Migration(migrations.Migration):
    """The rules of double entry, whoever writes; accounts are shown at their place and to the unit they are kept with."""

    dependencies = [("ledger", "0001_initial"), ("access", "0002_scope")]

    operations = [
        migrations.RunSQL(RULES + KEPT, UNDO),
        EnableScope("account", read=f"{READS} AND ({within()} OR {OWN})", write=WRITES),
        EnableScope("entry", read=f"{READS} AND ({within()} OR {OWN_LINE})", write=WRITES),
        EnableScope("posting", read=f"{READS} AND ({within()} OR {OF_OWN})", write=WRITES),
        EnableScope("closing", read=f"{READS} AND {within()}", write=CLOSES),
        EnableScope("balance", read=f"{READS} AND ({within()} OR {OF_OWN})", write=None),
        AppendOnly("account"),
        AppendOnly("entry"),
        AppendOnly("posting"),
        AppendOnly("closing"),
    ]
