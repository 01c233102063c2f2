//! Blocks to HTML: written with everything escaped, then passed through an allow-list as a belt.

use std::fmt::{self, Write};

use ammonia::UrlRelative;
use pulldown_cmark_escape::{escape_href, escape_html, escape_html_body_text};

use super::block::{Block, CalloutKind, ListBlock, TableBlock, TableCell, TextMark, TextSpan};

/// Elements that readers' HTML may hold.
const ELEMENTS: [&str; 20] = [
    "p",
    "h2",
    "h3",
    "h4",
    "ul",
    "ol",
    "li",
    "a",
    "strong",
    "em",
    "code",
    "del",
    "blockquote",
    "aside",
    "br",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
];

/// Renders blocks. The result runs nothing, wherever it is put.
pub fn render(blocks: &[Block]) -> String {
    let mut html = String::new();
    let written = blocks
        .iter()
        .try_for_each(|block| write_block(&mut html, block));
    debug_assert!(written.is_ok(), "a string takes whatever is written");
    sanitise(&html)
}

/// Renders paragraphs of plain text: with nothing but escaped letters there is nothing to sanitise.
pub fn render_paragraphs(paragraphs: &[String]) -> String {
    let mut html = String::new();
    for text in paragraphs {
        let written = html
            .write_str("<p>")
            .and_then(|()| escape_html_body_text(&mut html, text))
            .and_then(|()| html.write_str("</p>"));
        debug_assert!(written.is_ok(), "a string takes whatever is written");
    }
    html
}

fn sanitise(html: &str) -> String {
    ammonia::Builder::new()
        .tags(
            ELEMENTS
                .into_iter()
                .chain(["td", "figure", "img"])
                .collect(),
        )
        .tag_attributes([("aside", ["data-kind"].into())].into())
        .add_tag_attributes("a", ["href"])
        .add_tag_attributes("img", ["src", "width", "height", "loading", "alt"])
        .url_schemes(["https", "mailto", "tel"].into())
        .url_relative(UrlRelative::PassThrough)
        .link_rel(Some("noopener nofollow"))
        .clean(html)
        .to_string()
}

fn write_block(html: &mut String, block: &Block) -> fmt::Result {
    match block {
        Block::Paragraph(block) => element(html, "p", &block.spans)?,
        Block::Heading(block) => element(html, &format!("h{}", block.level), &block.spans)?,
        Block::Quote(block) => element(html, "blockquote", &block.spans)?,
        Block::Callout(block) => {
            html.write_str(match block.kind {
                CalloutKind::Note => "<aside data-kind=\"note\">",
                CalloutKind::Tip => "<aside data-kind=\"tip\">",
                CalloutKind::Important => "<aside data-kind=\"important\">",
                CalloutKind::Warning => "<aside data-kind=\"warning\">",
            })?;
            write_spans(html, &block.spans)?;
            html.push_str("</aside>\n");
        }
        Block::List(block) => write_list(html, block)?,
        Block::Table(block) => write_table(html, block)?,
        Block::Video(block) => {
            html.push_str("<p><a href=\"");
            escape_href(&mut *html, &block.url.0)?;
            html.push_str("\">");
            escape_html_body_text(&mut *html, &block.title)?;
            html.push_str("</a></p>\n");
        }
        Block::Image { picture } => {
            // The address is relative: the portal and this server know their own hosts.
            write!(
                html,
                "<figure><img src=\"{}\" width=\"{}\" height=\"{}\" loading=\"lazy\" alt=\"",
                picture.path(picture.width),
                picture.width,
                picture.height
            )?;
            escape_html(&mut *html, &picture.alt)?;
            html.push_str("\"></figure>\n");
        }
    }
    Ok(())
}

fn element(html: &mut String, name: &str, spans: &[TextSpan]) -> fmt::Result {
    write!(html, "<{name}>")?;
    write_spans(html, spans)?;
    writeln!(html, "</{name}>")?;
    Ok(())
}

fn write_list(html: &mut String, list: &ListBlock) -> fmt::Result {
    let name = if list.ordered { "ol" } else { "ul" };
    let mut depth = -1;
    for item in &list.items {
        if item.depth > depth {
            write!(html, "<{}>", if depth < 0 { name } else { "ul" })?;
        } else {
            html.push_str("</li>");
            for _ in item.depth..depth {
                html.push_str("</ul></li>");
            }
        }
        depth = item.depth;
        html.push_str("<li>");
        write_spans(html, &item.spans)?;
    }
    for _ in 0..depth.max(0) {
        html.push_str("</li></ul>");
    }
    writeln!(html, "</li></{name}>")?;
    Ok(())
}

fn write_table(html: &mut String, table: &TableBlock) -> fmt::Result {
    html.push_str("<table><thead>");
    write_row(html, "th", &table.header)?;
    html.push_str("</thead><tbody>");
    for row in &table.rows {
        write_row(html, "td", &row.cells)?;
    }
    html.push_str("</tbody></table>\n");
    Ok(())
}

fn write_row(html: &mut String, cell_name: &str, cells: &[TableCell]) -> fmt::Result {
    html.push_str("<tr>");
    for cell in cells {
        element(html, cell_name, &cell.spans)?;
    }
    html.push_str("</tr>");
    Ok(())
}

fn write_spans(html: &mut String, spans: &[TextSpan]) -> fmt::Result {
    for span in spans {
        if let Some(href) = &span.href {
            html.push_str("<a href=\"");
            escape_href(&mut *html, &href.0)?;
            html.push_str("\">");
        }
        for mark in &span.marks {
            write!(html, "<{}>", mark_element(*mark))?;
        }
        for (number, line) in span.text.split('\n').enumerate() {
            if number > 0 {
                html.push_str("<br>");
            }
            escape_html_body_text(&mut *html, line)?;
        }
        for mark in span.marks.iter().rev() {
            write!(html, "</{}>", mark_element(*mark))?;
        }
        if span.href.is_some() {
            html.push_str("</a>");
        }
    }
    Ok(())
}

const fn mark_element(mark: TextMark) -> &'static str {
    match mark {
        TextMark::Bold => "strong",
        TextMark::Italic => "em",
        TextMark::Code => "code",
        TextMark::Strikethrough => "del",
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Pictures, RenderedText};

    fn html(source: &str) -> String {
        RenderedText::from_markdown(source, &Pictures::new()).html
    }

    #[test]
    fn marks_links_and_breaks_are_kept() {
        assert_eq!(
            html("**Да** и [сюда](https://mtuf.ru/a?b=1&c=2)"),
            "<p><strong>Да</strong> и <a href=\"https://mtuf.ru/a?b=1&amp;c=2\" \
             rel=\"noopener nofollow\">сюда</a></p>\n"
        );
    }

    #[test]
    fn nested_lists_are_closed() {
        assert_eq!(
            html("- а\n  - б\n- в"),
            "<ul><li>а<ul><li>б</li></ul></li><li>в</li></ul>\n"
        );
    }

    #[test]
    fn markup_in_the_source_does_not_run() {
        let rendered = html("<img src=x onerror=alert(1)>\n\n[x](javascript:alert(1)) `<b>`");
        assert!(
            !rendered.contains("<img") && !rendered.contains("href"),
            "{rendered}"
        );
        assert!(rendered.contains("&lt;b&gt;"));
    }
}
