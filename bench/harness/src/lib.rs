//! What the native benchmark programs share: interleaved rounds, their statistics, the lines that
//! they print, and the inputs that every subject gets.

mod effort;
mod line;
mod rounds;
mod stats;
mod workload;

pub use effort::Effort;
pub use line::Line;
pub use rounds::{Subject, interleave};
pub use stats::Samples;
pub use workload::{BITS, Expected, HEADER, NOW_SECONDS, Token, USAGE_RECORDS, usage_document};
pub use workload::{claims_text, private_key_pem, public_key_pem};
