//! Blocks to plain text, a line a block, for search and previews.

use super::block::{Block, TableCell, TextSpan};

/// Renders blocks as bare words.
pub fn render(blocks: &[Block]) -> String {
    let mut lines = Vec::new();
    for block in blocks {
        match block {
            Block::Paragraph(block) => lines.push(words(&block.spans)),
            Block::Heading(block) => lines.push(words(&block.spans)),
            Block::Quote(block) => lines.push(words(&block.spans)),
            Block::Callout(block) => lines.push(words(&block.spans)),
            Block::List(block) => lines.extend(block.items.iter().map(|item| words(&item.spans))),
            Block::Table(block) => {
                lines.push(cells(&block.header));
                lines.extend(block.rows.iter().map(|row| cells(&row.cells)));
            }
            Block::Video(block) => lines.push(block.title.clone()),
            Block::Image { picture } => lines.push(picture.alt.clone()),
        }
    }
    lines.join("\n")
}

fn words(spans: &[TextSpan]) -> String {
    spans.iter().map(|span| span.text.as_str()).collect()
}

fn cells(cells: &[TableCell]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| words(&cell.spans)).collect();
    cells.join(" ")
}
