//! Tests across crates and processes: see the folder `tests/`. Here the examples of the front
//! page are compiled.

#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct FrontPage;
