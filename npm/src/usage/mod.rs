//! Usage documents: reports, plans and windows in JavaScript's words.

mod codes;
mod places;
mod plan;
mod report;
mod rules;
mod size;

pub use codes::codes;
pub use plan::{plan, product};
pub use report::{Checked, Offsets, check, validate};
pub use rules::{rules, window};
