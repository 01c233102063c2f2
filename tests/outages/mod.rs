//! Things break on purpose: the answer is one plain line, and nothing leaks.

mod database_gone;
mod redis_gone;
mod settings;
mod stopping;
