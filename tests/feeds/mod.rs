//! What the portal feeds to readers of feeds, search engines and networks.

mod news;
mod sharing;
mod sitemap;
