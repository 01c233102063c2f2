"""What an organisation brings from its old site: its feed, which may be sent as often as anybody likes."""

from steps import expect, step

ITEM = """<item>
    <title>{title}</title>
    <link>https://shkola.example.ru/news/{number}</link>
    <guid isPermaLink="false">shkola-{number}</guid>
    <pubDate>Mon, 0{number} Sep 2025 09:00:00 +0300</pubDate>
    <description>{title}: коротко.</description>
    <content:encoded><![CDATA[<p>{title}: <strong>подробно</strong>.</p>]]></content:encoded>
</item>"""
FEED = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>Первичка школы</title><link>https://shkola.example.ru/</link><description>Новости</description>
{items}
</channel></rss>"""
TITLES = ["Первичка поздравила ветеранов", "Школьный профком открыл библиотеку"]


def imports_a_feed(publisher):
    items = "\n".join(ITEM.format(title=title, number=number) for number, title in enumerate(TITLES, 1))
    file = FEED.format(items=items).encode()
    for created in (len(TITLES), 0):
        sent = publisher.send_file("news", "application/rss+xml", file)
        found = tuple(sent.body.get(name) for name in ("created", "unchanged", "problems"))
        expect(found, (created, len(TITLES) - created, []), f"what came of the feed ({sent.status}, {sent.body})")
    step(f"the feed of the old site brings {len(TITLES)} articles; sent again, it changes nothing")
