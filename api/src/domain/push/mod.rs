//! Push messages: who wants them, what is said, and who carries it.

pub mod gateway;
