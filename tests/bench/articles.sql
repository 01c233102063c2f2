-- 100,000 generated articles (or :count) of the demo's own, over five years, for the benchmark only.
BEGIN;
CREATE TEMP TABLE model AS
    SELECT a.*, row_number() OVER (ORDER BY a.id) - 1 AS number, count(*) OVER () AS models FROM news_article a;
CREATE TEMP TABLE generated AS
    SELECT gen_random_uuid() AS new_id, number_, m.*
    FROM generate_series(1, :count) AS number_
    JOIN model m ON m.number = number_ % m.models;
INSERT INTO content (id, kind, slug, organisation_id, audience_id, state, version, first_published_at, is_demo, created_at, updated_at)
    SELECT new_id, 'NEWS_ARTICLE', 'bench-' || number_, organisation_id, audience_id, 'PUBLISHED', 1, now(), true, now(), now() FROM generated;
INSERT INTO news_article (id, slug, organisation_id, category_id, audience_id, revision, kind, headline, lead, body, body_html, plain_text,
        cover_id, video, has_video, is_urgent, reading_time_seconds, is_demo, published_at, updated_at)
    SELECT new_id, 'bench-' || number_, organisation_id, category_id, audience_id, 1, kind, headline, lead, body, body_html, plain_text,
        cover_id, video, has_video, false, reading_time_seconds, true,
        date_trunc('second', now()) - number_ * interval '26 minutes', now() FROM generated;
COMMIT;
ANALYZE;
