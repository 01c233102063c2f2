-- A million reports (or :count) on 200 services over 36 months, for the benchmark only.
BEGIN;
SELECT setseed(0.20261123) AS seeded \gset
CREATE TEMP TABLE model AS
    SELECT g.*, row_number() OVER (ORDER BY g.id) - 1 AS number, count(*) OVER () AS models FROM service_guide g;
CREATE TEMP TABLE generated AS
    SELECT gen_random_uuid() AS new_id, number_, m.*
    FROM generate_series(1, 200 - (SELECT count(*) FROM model)) AS number_
    JOIN model m ON m.number = number_ % m.models;
INSERT INTO content (id, kind, slug, organisation_id, audience_id, state, version, first_published_at, is_demo, created_at, updated_at)
    SELECT new_id, 'SERVICE_GUIDE', 'bench-guide-' || number_, organisation_id, audience_id, 'PUBLISHED', 1, now(), true, now(), now() FROM generated;
INSERT INTO service_guide (id, slug, organisation_id, category_id, audience_id, revision, title, short_title, sort_key, summary, portal, level,
        authority, official_url, is_verified, next_review_at, passport, plain_text, is_demo, published_at, updated_at)
    SELECT new_id, 'bench-guide-' || number_, organisation_id, category_id, audience_id, 1, title || ' ' || number_, short_title, sort_key, summary,
        portal, level, authority, official_url, false, next_review_at, passport, plain_text, true, now(), now() FROM generated;

CREATE TEMP TABLE service AS SELECT id, row_number() OVER (ORDER BY id) - 1 AS number FROM service_guide;
CREATE TEMP TABLE dice AS
    SELECT number_, current_date - floor(random() * 1095)::int AS day, random() AS outcome, random() AS channel, random() AS okrug,
        random() AS rating, random() AS visits, random() AS problem, random() AS answer, random() AS term
    FROM generate_series(1, :count) AS number_;
INSERT INTO service_report (id, guide_id, guide_revision, author, client_key, input_digest, channel, submitted_on, outcome, finished_on,
        is_online_first, is_fully_online, visits, queue_minutes, has_extra_documents, problems, is_refusal_explained, rating_overall,
        is_guide_matched, helped_by, is_for_another, okrug, term_norm, term_unit, term_taken, moderation, version, created_at, updated_at)
    SELECT gen_random_uuid(), s.id, 1, md5(d.number_::text), gen_random_uuid(), repeat('0', 64),
        (ARRAY['ONLINE', 'ONLINE', 'ONLINE', 'MFC', 'IN_PERSON', 'POST', 'PHONE'])[1 + floor(d.channel * 7)::int], d.day,
        (ARRAY['COMPLETED', 'COMPLETED', 'COMPLETED', 'COMPLETED', 'PARTIAL', 'REFUSED', 'ABANDONED', 'TECH_FAILURE', 'IN_PROGRESS'])[1 + floor(d.outcome * 9)::int],
        NULL, d.channel > 0.9, d.visits < 0.5, floor(d.visits * 4)::int, CASE WHEN d.visits >= 0.25 THEN floor(d.answer * 60)::int END,
        d.problem < 0.04, CASE WHEN d.problem > 0.9 THEN 1 << floor((d.problem - 0.9) * 150)::int ELSE 0 END,
        CASE WHEN d.outcome >= 5.0 / 9 AND d.outcome < 6.0 / 9 THEN d.answer < 0.8 END,
        CASE WHEN d.rating < 0.8 THEN 1 + floor(d.rating * 6.25)::int END, CASE WHEN d.answer < 0.6 THEN d.answer < 0.5 END, 'NOBODY', false,
        CASE WHEN d.okrug < 0.85 THEN (ARRAY['CAO', 'SAO', 'SVAO', 'VAO', 'YUVAO', 'YUAO', 'YUZAO', 'ZAO', 'SZAO', 'ZELAO', 'NAO', 'TAO'])[1 + floor(d.okrug * 14)::int] END,
        5, 'WORKING_DAYS', CASE WHEN d.term < 0.7 THEN floor(d.term * 20)::int END,
        CASE WHEN d.answer < 0.05 THEN 'REJECTED' ELSE 'ACCEPTED' END, 1, d.day + interval '20 hours', d.day + interval '20 hours'
    FROM dice d JOIN service s ON s.number = d.number_ % 200;
COMMIT;
ANALYZE;
