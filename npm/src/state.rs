//! What the module keeps between calls.

use alloc::string::String;
use alloc::vec::Vec;
use core::cell::RefCell;

use meterproof::ExpectedNonce;
#[cfg(feature = "usage")]
use meterproof::usage::{ProductCode, Rules};

use crate::refusal::Refusal;
use crate::token::Verifiers;

/// Numbers in the report of a call.
pub const REPORT_NUMBERS: usize = 2;

/// Everything that outlives a call.
pub struct State {
    /// Where JavaScript writes what it passes.
    input: Vec<u8>,
    /// The text that the last call answered; JavaScript reads it before it calls again.
    answer: String,
    /// Numbers that the last call answered: what they mean is written at each export. Where it
    /// answered a text, its address and its length in bytes.
    report: [f64; REPORT_NUMBERS],
    /// The verifiers that JavaScript holds.
    pub verifiers: Verifiers,
    /// What tokens have to say about the nonce, until JavaScript says otherwise.
    pub nonce: ExpectedNonce,
    /// The rules that documents are held against, until JavaScript says otherwise.
    #[cfg(feature = "usage")]
    pub rules: Rules,
    /// The product of planned records that name none, until JavaScript says otherwise.
    #[cfg(feature = "usage")]
    pub product: Option<ProductCode>,
}

impl State {
    const fn new() -> Self {
        Self {
            input: Vec::new(),
            answer: String::new(),
            report: [0.0; REPORT_NUMBERS],
            verifiers: Verifiers::new(),
            nonce: ExpectedNonce::NotSent,
            #[cfg(feature = "usage")]
            rules: Rules::CURRENT,
            #[cfg(feature = "usage")]
            product: None,
        }
    }

    /// Makes room for an input and answers its address, which holds until more room is needed.
    pub fn reserve(&mut self, length: usize) -> *mut u8 {
        if self.input.len() < length {
            // The former one goes first, so that both never take room at once.
            self.input = Vec::new();
            self.input.resize(length, 0);
        }
        self.input.as_mut_ptr()
    }

    /// What JavaScript has written.
    pub fn input(&self, length: usize) -> &[u8] {
        self.input.get(..length).unwrap_or_default()
    }

    /// The address of the report, which never changes.
    pub fn report(&self) -> *const f64 {
        self.report.as_ptr()
    }

    /// Answers numbers.
    pub fn answer_numbers(&mut self, numbers: [f64; REPORT_NUMBERS]) {
        self.report = numbers;
    }

    /// Answers a text.
    pub fn answer_text(&mut self, text: String) {
        self.answer = text;
        // Addresses and lengths in 32-bit memory are exact in an f64.
        #[allow(clippy::cast_precision_loss)]
        let place = [self.answer.as_ptr() as usize as f64, self.answer.len() as f64];
        self.report = place;
    }

    /// Answers the description of an error, and 0, which says that it is one.
    pub fn refuse(&mut self, refusal: &Refusal) -> u32 {
        self.answer_text(refusal.to_json());
        0
    }

    /// Answers a text and 1, or the description of an error and 0.
    pub fn answer(&mut self, outcome: Result<String, Refusal>) -> u32 {
        match outcome {
            Ok(text) => {
                self.answer_text(text);
                1
            }
            Err(refusal) => self.refuse(&refusal),
        }
    }
}

#[cfg(target_arch = "wasm32")]
struct OneThread(RefCell<State>);

// SAFETY: this module is compiled without the atomics feature, so that its memory cannot be
// shared and each instance runs on one thread at a time.
#[cfg(target_arch = "wasm32")]
#[allow(unsafe_code)]
unsafe impl Sync for OneThread {}

#[cfg(target_arch = "wasm32")]
static STATE: OneThread = OneThread(RefCell::new(State::new()));

// Tests run elsewhere, on many threads.
#[cfg(not(target_arch = "wasm32"))]
std::thread_local! {
    static STATE: RefCell<State> = const { RefCell::new(State::new()) };
}

/// Lets one export work with the state. No export calls another, and the module imports nothing
/// that could call back into it, so that the state is never borrowed twice.
pub fn with<T>(work: impl FnOnce(&mut State) -> T) -> T {
    #[cfg(target_arch = "wasm32")]
    return work(&mut STATE.0.borrow_mut());
    #[cfg(not(target_arch = "wasm32"))]
    STATE.with_borrow_mut(work)
}

#[cfg(test)]
mod tests {
    use alloc::boxed::Box;
    use alloc::string::ToString;

    use super::with;

    /// An export of a plain name, `free` say, would be called for every allocation that ends, and
    /// would find the state borrowed.
    #[test]
    fn no_export_takes_the_place_of_a_function_of_the_host() {
        let answer = with(|state| {
            drop(Box::new([0_u8; 64]));
            state.answer_text("first".to_string());
            state.answer_text("second".to_string());
            state.report
        });
        assert_eq!(answer[1], 6.0);
    }
}
