from django.db import migrations

MAKE = """
CREATE TABLE lifecycle_daily (
    group_id integer NOT NULL, day date NOT NULL, known smallint NOT NULL,
    members integer NOT NULL DEFAULT 0, joins integer NOT NULL DEFAULT 0, leaves integer NOT NULL DEFAULT 0,
    messages integer NOT NULL DEFAULT 0, speakers integer NOT NULL DEFAULT 0, clicks integer NOT NULL DEFAULT 0,
    orders integer NOT NULL DEFAULT 0, buyers integer NOT NULL DEFAULT 0, ads integer NOT NULL DEFAULT 0,
    revenue_cents bigint NOT NULL DEFAULT 0, batch_id integer NOT NULL DEFAULT 0,
    PRIMARY KEY (group_id, day),
    CONSTRAINT "counts are not negative" CHECK (
        LEAST(members, joins, leaves, messages, speakers, clicks, orders, buyers, ads) >= 0),
    CONSTRAINT "an unknown count holds zero" CHECK (
        (known & 1 <> 0 OR members = 0) AND (known & 2 <> 0 OR joins = 0) AND (known & 4 <> 0 OR leaves = 0)
        AND (known & 8 <> 0 OR messages = 0) AND (known & 16 <> 0 OR speakers = 0) AND (known & 32 <> 0 OR clicks = 0)
        AND (known & 64 <> 0 OR orders = 0) AND (known & 128 <> 0 OR buyers = 0) AND (known & 256 <> 0 OR ads = 0)
        AND (known & 512 <> 0 OR revenue_cents = 0))
) PARTITION BY RANGE (day);
CREATE INDEX lifecycle_daily_day ON lifecycle_daily USING brin (day) WITH (pages_per_range = 32);
CREATE TABLE lifecycle_acting (
    group_id integer NOT NULL, day date NOT NULL, members integer[] NOT NULL, acts integer[] NOT NULL,
    PRIMARY KEY (group_id, day),
    CONSTRAINT "each acting member has a count" CHECK (cardinality(members) = cardinality(acts))
) PARTITION BY RANGE (day);
CREATE TABLE lifecycle_health (
    group_id integer NOT NULL, day date NOT NULL, state smallint NOT NULL, score smallint NOT NULL,
    coverage smallint NOT NULL, loss_rhythm smallint NOT NULL, loss_level smallint NOT NULL,
    loss_breadth smallint NOT NULL, loss_regularity smallint NOT NULL, loss_core smallint NOT NULL,
    rule_version smallint NOT NULL,
    PRIMARY KEY (group_id, day),
    CONSTRAINT "a score lies between 0 and 100" CHECK (score BETWEEN -1 AND 10000),
    CONSTRAINT "losses and score sum to 100" CHECK (
        score = -1 OR score + GREATEST(loss_rhythm, 0::smallint) + GREATEST(loss_level, 0::smallint)
        + GREATEST(loss_breadth, 0::smallint) + GREATEST(loss_regularity, 0::smallint)
        + GREATEST(loss_core, 0::smallint) = 10000)
) PARTITION BY RANGE (day);
CREATE INDEX lifecycle_health_day ON lifecycle_health USING brin (day) WITH (pages_per_range = 32);
"""
DROP = "DROP TABLE lifecycle_health; DROP TABLE lifecycle_acting; DROP TABLE lifecycle_daily;"


class Migration(migrations.Migration):
    dependencies = [("lifecycle", "0001_start")]
    operations = [migrations.RunSQL(MAKE, DROP)]
