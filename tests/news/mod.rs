//! News as an anonymous reader meets them.

mod feed;
mod statements;
