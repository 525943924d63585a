//! The vector instructions that the kernel is written in: WebAssembly's, and on x86-64 the same
//! operations in its baseline, SSE2, so that the tests run the very algorithm natively.
//!
//! A vector is four 32-bit or eight 16-bit lanes, the lowest first.

#[cfg(target_arch = "wasm32")]
mod target {
    use core::arch::wasm32::*;

    pub type Lanes = v128;

    #[inline(always)]
    pub fn splat(value: i32) -> Lanes {
        i32x4_splat(value)
    }

    #[inline(always)]
    pub fn from_i16(lanes: [i16; 8]) -> Lanes {
        let [a, b, c, d, e, f, g, h] = lanes;
        i16x8(a, b, c, d, e, f, g, h)
    }

    /// Products of 16-bit lanes, each pair of them added up to a 32-bit lane.
    #[inline(always)]
    pub fn dot(a: Lanes, b: Lanes) -> Lanes {
        i32x4_dot_i16x8(a, b)
    }

    #[inline(always)]
    pub fn add(a: Lanes, b: Lanes) -> Lanes {
        i32x4_add(a, b)
    }

    #[inline(always)]
    pub fn add_i16(a: Lanes, b: Lanes) -> Lanes {
        i16x8_add(a, b)
    }

    #[inline(always)]
    pub fn sub_i16(a: Lanes, b: Lanes) -> Lanes {
        i16x8_sub(a, b)
    }

    #[inline(always)]
    pub fn and(a: Lanes, b: Lanes) -> Lanes {
        v128_and(a, b)
    }

    /// Arithmetic shift right of 32-bit lanes.
    #[inline(always)]
    pub fn shift_right<const BITS: i32>(a: Lanes) -> Lanes {
        i32x4_shr(a, BITS as u32)
    }

    /// The 32-bit lanes of `a` one lane further up, the last of `before` in the lowest.
    #[inline(always)]
    pub fn up_one(before: Lanes, a: Lanes) -> Lanes {
        i32x4_shuffle::<3, 4, 5, 6>(before, a)
    }

    /// The 16-bit lanes of `a` one lane further up, the last of `before` in the lowest.
    #[inline(always)]
    pub fn up_one_i16(before: Lanes, a: Lanes) -> Lanes {
        i16x8_shuffle::<7, 8, 9, 10, 11, 12, 13, 14>(before, a)
    }

    /// Eight 32-bit lanes as 16-bit lanes; all fit.
    #[inline(always)]
    pub fn narrow(low: Lanes, high: Lanes) -> Lanes {
        i16x8_narrow_i32x4(low, high)
    }

    /// Pairs of the four lower 16-bit lanes.
    #[inline(always)]
    pub fn zip_low(a: Lanes, b: Lanes) -> Lanes {
        i16x8_shuffle::<0, 8, 1, 9, 2, 10, 3, 11>(a, b)
    }

    /// Pairs of the four higher 16-bit lanes.
    #[inline(always)]
    pub fn zip_high(a: Lanes, b: Lanes) -> Lanes {
        i16x8_shuffle::<4, 12, 5, 13, 6, 14, 7, 15>(a, b)
    }

    /// # Safety
    /// 16 bytes can be read there. No alignment is asked for.
    #[inline(always)]
    pub unsafe fn load<T>(from: *const T) -> Lanes {
        // SAFETY: as the caller grants.
        unsafe { v128_load(from.cast()) }
    }

    /// Two 16-bit numbers, in each 32-bit lane.
    ///
    /// # Safety
    /// 4 bytes can be read there. No alignment is asked for.
    #[inline(always)]
    pub unsafe fn load_pair(from: *const i16) -> Lanes {
        // SAFETY: as the caller grants.
        unsafe { v128_load32_splat(from.cast()) }
    }

    /// # Safety
    /// 16 bytes can be written there. No alignment is asked for.
    #[inline(always)]
    pub unsafe fn store<T>(to: *mut T, a: Lanes) {
        // SAFETY: as the caller grants.
        unsafe { v128_store(to.cast(), a) }
    }
}

#[cfg(target_arch = "x86_64")]
mod target {
    use core::arch::x86_64::*;

    pub type Lanes = __m128i;

    // SAFETY, here and below: SSE2 is part of x86-64, so that its intrinsics are there. Those that
    // take an address read and write what their caller grants, as on WebAssembly.

    #[inline(always)]
    pub fn splat(value: i32) -> Lanes {
        unsafe { _mm_set1_epi32(value) }
    }

    #[inline(always)]
    pub fn from_i16(lanes: [i16; 8]) -> Lanes {
        let [a, b, c, d, e, f, g, h] = lanes;
        unsafe { _mm_setr_epi16(a, b, c, d, e, f, g, h) }
    }

    #[inline(always)]
    pub fn dot(a: Lanes, b: Lanes) -> Lanes {
        unsafe { _mm_madd_epi16(a, b) }
    }

    /// Without overflow: the tests see that the bounds hold.
    #[inline(always)]
    pub fn add(a: Lanes, b: Lanes) -> Lanes {
        unsafe {
            let sum = _mm_add_epi32(a, b);
            // Where the sum has neither operand's sign.
            let over = _mm_and_si128(_mm_xor_si128(a, sum), _mm_xor_si128(b, sum));
            debug_assert!(_mm_movemask_ps(_mm_castsi128_ps(over)) == 0, "a column overflows");
            sum
        }
    }

    #[inline(always)]
    pub fn add_i16(a: Lanes, b: Lanes) -> Lanes {
        unsafe { _mm_add_epi16(a, b) }
    }

    #[inline(always)]
    pub fn sub_i16(a: Lanes, b: Lanes) -> Lanes {
        unsafe { _mm_sub_epi16(a, b) }
    }

    #[inline(always)]
    pub fn and(a: Lanes, b: Lanes) -> Lanes {
        unsafe { _mm_and_si128(a, b) }
    }

    #[inline(always)]
    pub fn shift_right<const BITS: i32>(a: Lanes) -> Lanes {
        unsafe { _mm_srai_epi32::<BITS>(a) }
    }

    #[inline(always)]
    pub fn up_one(before: Lanes, a: Lanes) -> Lanes {
        unsafe { _mm_or_si128(_mm_srli_si128::<12>(before), _mm_slli_si128::<4>(a)) }
    }

    #[inline(always)]
    pub fn up_one_i16(before: Lanes, a: Lanes) -> Lanes {
        unsafe { _mm_or_si128(_mm_srli_si128::<14>(before), _mm_slli_si128::<2>(a)) }
    }

    #[inline(always)]
    pub fn narrow(low: Lanes, high: Lanes) -> Lanes {
        unsafe {
            let narrow = _mm_packs_epi32(low, high);
            let kept = |lanes, back| _mm_movemask_epi8(_mm_cmpeq_epi32(lanes, back)) == 0xffff;
            debug_assert!(
                kept(low, _mm_srai_epi32::<16>(_mm_unpacklo_epi16(narrow, narrow)))
                    && kept(high, _mm_srai_epi32::<16>(_mm_unpackhi_epi16(narrow, narrow))),
                "a digit is cut off"
            );
            narrow
        }
    }

    #[inline(always)]
    pub fn zip_low(a: Lanes, b: Lanes) -> Lanes {
        unsafe { _mm_unpacklo_epi16(a, b) }
    }

    #[inline(always)]
    pub fn zip_high(a: Lanes, b: Lanes) -> Lanes {
        unsafe { _mm_unpackhi_epi16(a, b) }
    }

    #[inline(always)]
    pub unsafe fn load<T>(from: *const T) -> Lanes {
        unsafe { _mm_loadu_si128(from.cast()) }
    }

    #[inline(always)]
    pub unsafe fn load_pair(from: *const i16) -> Lanes {
        unsafe { _mm_set1_epi32(from.cast::<i32>().read_unaligned()) }
    }

    #[inline(always)]
    pub unsafe fn store<T>(to: *mut T, a: Lanes) {
        unsafe { _mm_storeu_si128(to.cast(), a) }
    }
}

pub use target::*;
