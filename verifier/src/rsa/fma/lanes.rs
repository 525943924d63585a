//! The vector instructions that the kernel is written in: WebAssembly's, with the fused
//! multiply-add of its relaxed ones; and elsewhere the same operations on numbers, so that the
//! tests run the very algorithm natively.
//!
//! A vector is two 64-bit lanes, floating-point numbers or integers, the lower first.

#[cfg(target_arch = "wasm32")]
mod target {
    use core::arch::wasm32::*;

    pub type Lanes = v128;

    #[inline(always)]
    pub fn floats(low: f64, high: f64) -> Lanes {
        f64x2(low, high)
    }

    #[inline(always)]
    pub fn integers(low: i64, high: i64) -> Lanes {
        i64x2(low, high)
    }

    #[inline(always)]
    pub fn sum_of_lanes(a: Lanes) -> i64 {
        i64x2_extract_lane::<0>(a).wrapping_add(i64x2_extract_lane::<1>(a))
    }

    /// a b + c, rounded once where the machine fuses the two operations.
    #[inline(always)]
    pub fn multiply_add(a: Lanes, b: Lanes, c: Lanes) -> Lanes {
        f64x2_relaxed_madd(a, b, c)
    }

    #[inline(always)]
    pub fn subtract_floats(a: Lanes, b: Lanes) -> Lanes {
        f64x2_sub(a, b)
    }

    #[inline(always)]
    pub fn add(a: Lanes, b: Lanes) -> Lanes {
        i64x2_add(a, b)
    }

    #[inline(always)]
    pub fn and(a: Lanes, b: Lanes) -> Lanes {
        v128_and(a, b)
    }

    #[inline(always)]
    pub fn shift_left<const BITS: u32>(a: Lanes) -> Lanes {
        i64x2_shl(a, BITS)
    }

    /// Logical shift right.
    #[inline(always)]
    pub fn shift_right<const BITS: u32>(a: Lanes) -> Lanes {
        u64x2_shr(a, BITS)
    }

    /// The lanes of `a` one lane further up, the last of `before` in the lowest.
    #[inline(always)]
    pub fn up_one(before: Lanes, a: Lanes) -> Lanes {
        i64x2_shuffle::<1, 2>(before, a)
    }

    /// # Safety
    /// Two numbers can be read there.
    #[inline(always)]
    pub unsafe fn load<T>(from: *const T) -> Lanes {
        // SAFETY: as the caller grants.
        unsafe { v128_load(from.cast()) }
    }

    /// One number, in each lane.
    ///
    /// # Safety
    /// A number can be read there.
    #[inline(always)]
    pub unsafe fn load_each(from: *const f64) -> Lanes {
        // SAFETY: as the caller grants.
        unsafe { v128_load64_splat(from.cast()) }
    }

    /// # Safety
    /// Two numbers can be written there.
    #[inline(always)]
    pub unsafe fn store<T>(to: *mut T, a: Lanes) {
        // SAFETY: as the caller grants.
        unsafe { v128_store(to.cast(), a) }
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod target {
    pub type Lanes = [u64; 2];

    pub fn floats(low: f64, high: f64) -> Lanes {
        [low.to_bits(), high.to_bits()]
    }

    pub fn integers(low: i64, high: i64) -> Lanes {
        [low as u64, high as u64]
    }

    pub fn sum_of_lanes([low, high]: Lanes) -> i64 {
        low.wrapping_add(high) as i64
    }

    pub fn multiply_add(a: Lanes, b: Lanes, c: Lanes) -> Lanes {
        each(|at| {
            f64::from_bits(a[at]).mul_add(f64::from_bits(b[at]), f64::from_bits(c[at])).to_bits()
        })
    }

    pub fn subtract_floats(a: Lanes, b: Lanes) -> Lanes {
        each(|at| (f64::from_bits(a[at]) - f64::from_bits(b[at])).to_bits())
    }

    pub fn add(a: Lanes, b: Lanes) -> Lanes {
        each(|at| a[at].wrapping_add(b[at]))
    }

    pub fn and(a: Lanes, b: Lanes) -> Lanes {
        each(|at| a[at] & b[at])
    }

    pub fn shift_left<const BITS: u32>(a: Lanes) -> Lanes {
        a.map(|lane| lane << BITS)
    }

    pub fn shift_right<const BITS: u32>(a: Lanes) -> Lanes {
        a.map(|lane| lane >> BITS)
    }

    pub fn up_one(before: Lanes, a: Lanes) -> Lanes {
        [before[1], a[0]]
    }

    pub unsafe fn load<T>(from: *const T) -> Lanes {
        // SAFETY: as the caller grants; arrays of any integers may be read so.
        unsafe { from.cast::<Lanes>().read_unaligned() }
    }

    pub unsafe fn load_each(from: *const f64) -> Lanes {
        // SAFETY: as the caller grants.
        [unsafe { from.read() }.to_bits(); 2]
    }

    pub unsafe fn store<T>(to: *mut T, a: Lanes) {
        // SAFETY: as the caller grants.
        unsafe { to.cast::<Lanes>().write_unaligned(a) }
    }

    fn each(lane: impl Fn(usize) -> u64) -> Lanes {
        [lane(0), lane(1)]
    }
}

pub use target::*;
