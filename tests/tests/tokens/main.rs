//! Tokens and keys: vectors of others and our own, against the verifier's public interface.

mod causes;
mod diagnosis;
mod keys;
mod lengths;
mod properties;
mod vector_file;
mod vectors;
mod wycheproof;
