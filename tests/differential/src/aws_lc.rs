//! AWS-LC's public operation and what little of its numbers the cases are made with: the one file
//! that calls C.
//!
//! # Why the unsafe code here is sound
//! - Each pointer that C gives is owned by one of the types below from the line that receives it,
//!   is never null there, and is freed once, in `Drop`. None of them is handed out.
//! - Each buffer is passed with its own length, and C keeps no pointer to it after the call.
//! - No value is shared between threads: the types hold raw pointers, so they are neither `Send`
//!   nor `Sync`.
//! - Numbers that C writes are read back through `BN_bn2bin_padded`, which writes exactly the
//!   length it is given or fails.
#![allow(unsafe_code)]

use std::ptr::{NonNull, null_mut};

use aws_lc_sys as c;

/// The public operation of one key: the peer that every path is held to.
pub struct PublicKey {
    rsa: NonNull<c::RSA>,
    bytes: usize,
}

impl PublicKey {
    /// `modulus` in big-endian bytes without leading zeros. `None` where AWS-LC refuses the key:
    /// an even exponent, 1, or one of more than 33 bits.
    pub fn new(modulus: &[u8], exponent: u64) -> Option<Self> {
        let (n, e) = (Number::new(modulus), Number::new(&exponent.to_be_bytes()));
        // SAFETY: both numbers live through the call, which copies them.
        let rsa = NonNull::new(unsafe { c::RSA_new_public_key(n.pointer(), e.pointer()) });
        clear_errors();
        Some(Self { rsa: rsa?, bytes: modulus.len() })
    }

    /// `base^e mod n` into `result`, both as long as the modulus. `false` where the base is not
    /// below the modulus.
    pub fn apply(&self, base: &[u8], result: &mut [u8]) -> bool {
        assert!(base.len() == self.bytes && result.len() == self.bytes, "as long as the modulus");
        let mut written = 0;
        // SAFETY: the key is alive; `result` has room for its own length, which is passed.
        let done = unsafe {
            c::RSA_verify_raw(
                self.rsa.as_ptr(),
                &mut written,
                result.as_mut_ptr(),
                result.len(),
                base.as_ptr(),
                base.len(),
                c::RSA_NO_PADDING,
            )
        };
        if done != 1 {
            clear_errors();
        }
        done == 1 && written == self.bytes
    }
}

impl Drop for PublicKey {
    fn drop(&mut self) {
        // SAFETY: owned by this value and freed here alone.
        unsafe { c::RSA_free(self.rsa.as_ptr()) }
    }
}

/// Arithmetic modulo an odd number, on big-endian bytes of its length.
pub struct Ring {
    modulus: Number,
    bytes: usize,
    context: NonNull<c::BN_CTX>,
    montgomery: NonNull<c::BN_MONT_CTX>,
}

impl Ring {
    /// `modulus` in big-endian bytes without leading zeros, odd and above 1.
    pub fn new(modulus: &[u8]) -> Self {
        let bytes = modulus.len();
        let modulus = Number::new(modulus);
        // SAFETY: takes nothing.
        let context = NonNull::new(unsafe { c::BN_CTX_new() }).expect("memory");
        // SAFETY: modulus and context live through the call, which copies the modulus.
        let montgomery =
            unsafe { c::BN_MONT_CTX_new_for_modulus(modulus.pointer(), context.as_ptr()) };
        let montgomery = NonNull::new(montgomery).expect("an odd modulus");
        Self { modulus, bytes, context, montgomery }
    }

    /// `base^exponent`, for a base below the modulus.
    pub fn power(&self, base: &[u8], exponent: &[u8]) -> Vec<u8> {
        let (base, exponent, result) = (Number::new(base), Number::new(exponent), Number::new(&[]));
        // SAFETY: all of them live through the call, and the result is no operand.
        let done = unsafe {
            c::BN_mod_exp_mont(
                result.pointer(),
                base.pointer(),
                exponent.pointer(),
                self.modulus.pointer(),
                self.context.as_ptr(),
                self.montgomery.as_ptr(),
            )
        };
        assert_eq!(done, 1, "a base below the modulus");
        result.to_bytes(self.bytes)
    }

    /// `a * b`.
    pub fn product(&self, a: &[u8], b: &[u8]) -> Vec<u8> {
        let (a, b, result) = (Number::new(a), Number::new(b), Number::new(&[]));
        // SAFETY: all of them live through the call, and the result is no operand.
        let done = unsafe {
            c::BN_mod_mul(
                result.pointer(),
                a.pointer(),
                b.pointer(),
                self.modulus.pointer(),
                self.context.as_ptr(),
            )
        };
        assert_eq!(done, 1, "memory");
        result.to_bytes(self.bytes)
    }

    /// The number that gives 1 in a product with `a`. `None` where there is none.
    pub fn inverse(&self, a: &[u8]) -> Option<Vec<u8>> {
        inverse(&Number::new(a), &self.modulus, self.context)
            .map(|inverse| inverse.to_bytes(self.bytes))
    }
}

impl Drop for Ring {
    fn drop(&mut self) {
        // SAFETY: both are owned by this value and freed here alone.
        unsafe {
            c::BN_MONT_CTX_free(self.montgomery.as_ptr());
            c::BN_CTX_free(self.context.as_ptr());
        }
    }
}

fn inverse(a: &Number, modulus: &Number, context: NonNull<c::BN_CTX>) -> Option<Number> {
    // SAFETY: all three live through the call. With no number given for the result it makes one,
    // which the returned value owns.
    let result =
        unsafe { c::BN_mod_inverse(null_mut(), a.pointer(), modulus.pointer(), context.as_ptr()) };
    if result.is_null() {
        clear_errors();
    }
    NonNull::new(result).map(Number)
}

struct Number(NonNull<c::BIGNUM>);

impl Number {
    fn new(bytes: &[u8]) -> Self {
        // SAFETY: the slice is read for its own length. With no number given for the result it
        // makes one, which the returned value owns.
        let number = unsafe { c::BN_bin2bn(bytes.as_ptr(), bytes.len(), null_mut()) };
        Self(NonNull::new(number).expect("memory"))
    }

    fn pointer(&self) -> *mut c::BIGNUM {
        self.0.as_ptr()
    }

    fn to_bytes(&self, length: usize) -> Vec<u8> {
        let mut bytes = vec![0; length];
        // SAFETY: writes exactly the length it is given, or fails.
        let done = unsafe { c::BN_bn2bin_padded(bytes.as_mut_ptr(), length, self.pointer()) };
        assert_eq!(done, 1, "a number below the modulus");
        bytes
    }
}

impl Drop for Number {
    fn drop(&mut self) {
        // SAFETY: owned by this value and freed here alone.
        unsafe { c::BN_free(self.pointer()) }
    }
}

fn clear_errors() {
    // SAFETY: takes nothing; the queue is the thread's own.
    unsafe { c::ERR_clear_error() }
}
