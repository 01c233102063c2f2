mod audit;
mod early_exits;
mod errors;
mod headers;
mod killers;
mod texts;
