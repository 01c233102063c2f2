//! The tests are in `main.rs`; this library is empty so that the benchmark's peer can be a binary.
