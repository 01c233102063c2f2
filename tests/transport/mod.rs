mod audit;
mod errors;
mod headers;
mod killers;
mod texts;
