//! Convolutions of digits: the products of two numbers' digits, summed by columns.
//!
//! A digit lies in a lane of 64 bits; `vpmuldq` multiplies the low, signed halves of four lanes.
//! A *tile* is sixteen columns, four vectors of sums. Each of its rows is one digit of `a`, in
//! all lanes, times the sixteen digits of `b` that fall into the tile's columns. At its tips,
//! where a row does not reach all columns, the vectors that it does not reach are left out; in
//! the vector that it reaches in part, the zeros around `b` stand for what is missing.
//!
//! In column `c` row `i` meets digit `c − i`.
//!
//! # What is read and written
//! Numbers have `len` digits, at most [`DIGITS`], a multiple of four. A tile begins at column −12
//! or later, before the last column, and ends at most 12 columns after it. Rows before the first
//! digit and after the last, and digits that a row meets there, lie at most [`MARGIN`] away. So
//! all of it is within a [`Number`] or [`Product`], no slice below is out of range, and no chunk
//! missing.

use core::arch::x86_64::{
    __m256i, _mm256_add_epi64, _mm256_blend_epi32, _mm256_loadu_si256, _mm256_mul_epi32,
    _mm256_set1_epi32, _mm256_setzero_si256, _mm256_storeu_si256,
};

/// Columns of a tile.
const TILE: usize = 16;
/// Zeros on either side of a number's digits.
pub const MARGIN: usize = TILE;
/// Most digits of a number.
pub const DIGITS: usize = 148;

/// A number's digits between zeros.
pub type Number = [i64; MARGIN + DIGITS + MARGIN];
/// A product's columns, or digits, between zeros.
pub type Product = [i64; MARGIN + 2 * DIGITS + MARGIN];

type Tile = [__m256i; 4];

/// All columns of `a²`, of `2 len` digits. `twice` is `2 a`.
#[target_feature(enable = "avx2")]
pub fn square(a: &Number, twice: &Number, len: usize, columns: &mut Product) {
    for start in (0..2 * len).step_by(TILE) {
        let mut tile = [_mm256_setzero_si256(); 4];
        // Rows below the diagonal, twice: from the first that reaches all columns.
        let (middle, full) = (start / 2, (start + TILE).saturating_sub(len));
        if full > middle {
            // Too near the end for a whole tip.
            let first = full - TILE;
            add_rows(&mut tile, rows(a, first, middle), window(twice, start, first, middle));
        } else {
            if full > 0 {
                add_falling_tip(&mut tile, a, twice, full, len);
            }
            add_rows(&mut tile, rows(a, full, middle), window(twice, start, full, middle));
        }
        add_diagonal(&mut tile, a, twice, middle);
        store_tile(&tile, &mut columns[MARGIN + start..]);
    }
}

/// The lowest `len` columns of `a b`, added to those of `sums`; `len` digits each.
#[target_feature(enable = "avx2")]
pub fn add_low(sums: &[i64], a: &Number, b: &Number, len: usize, columns: &mut [i64]) {
    // From the longest tile down; the last may begin below column 0, in the margins.
    let mut end = MARGIN + len;
    while end > MARGIN {
        let mut tile = load_tile(&sums[end - TILE..]);
        let start = end - TILE;
        if start > MARGIN {
            let full = start - MARGIN;
            add_rows(&mut tile, rows(a, 0, full), window(b, full, 0, full));
        }
        add_rising_tip(&mut tile, a, b, start);
        store_tile(&tile, &mut columns[start..]);
        end -= TILE;
    }
}

/// The columns of `a b` from `first` on, `first` at least `len - 4`; `len` digits each.
#[target_feature(enable = "avx2")]
pub fn high(a: &Number, b: &Number, len: usize, first: usize, columns: &mut [i64]) {
    for (start, columns) in (first..2 * len).step_by(TILE).zip(columns.chunks_mut(TILE)) {
        let mut tile = [_mm256_setzero_si256(); 4];
        let full = start + TILE - len;
        add_falling_tip(&mut tile, a, b, full, len);
        if full < len {
            add_rows(&mut tile, rows(a, full, len), window(b, start, full, len));
        }
        store_tile(&tile, columns);
    }
}

/// The digits of the rows `from..to`.
fn rows(a: &Number, from: usize, to: usize) -> &[i64] {
    &a[MARGIN + from..MARGIN + to]
}

/// What the rows `from..to` read for the tile that begins at column `start`: the last row's window
/// first.
fn window(b: &Number, start: usize, from: usize, to: usize) -> &[i64] {
    &b[MARGIN + start + 1 - to..MARGIN + start + TILE - from]
}

/// One digit times a window onto the vectors that are named.
macro_rules! add_row {
    ($tile:ident, $digit:expr, $b:ident, $from:expr, $($vector:literal)*) => {
        let digit = splat($digit);
        $(
            let product = _mm256_mul_epi32(digit, load($b, $from + 4 * $vector));
            $tile[$vector] = _mm256_add_epi64($tile[$vector], product);
        )*
    };
}

/// Four lanes of a window, times the digits of the rows in which they stand for the vectors that
/// are named.
macro_rules! add_lanes {
    ($tile:ident, $lanes:expr, $($digit:ident $vector:literal)*) => {
        let lanes = $lanes;
        $($tile[$vector] = _mm256_add_epi64($tile[$vector], _mm256_mul_epi32($digit, lanes));)*
    };
}

/// Rows that reach all columns of the tile; a multiple of four. Rows four apart share their lanes, a
/// vector apart: seven loads serve four of them.
#[target_feature(enable = "avx2")]
fn add_rows(tile: &mut Tile, a: &[i64], b: &[i64]) {
    let mut sums = *tile;
    let (sixteens, rest) = a.as_chunks::<16>();
    for row in 0..4 {
        let mut b = b;
        for a in sixteens {
            let Some(window) = b.last_chunk::<31>() else { break };
            let (w, x) = (splat(a[row]), splat(a[row + 4]));
            let (y, z) = (splat(a[row + 8]), splat(a[row + 12]));
            add_lanes!(sums, load(window, 3 - row), z 0);
            add_lanes!(sums, load(window, 7 - row), z 1 y 0);
            add_lanes!(sums, load(window, 11 - row), z 2 y 1 x 0);
            add_lanes!(sums, load(window, 15 - row), z 3 y 2 x 1 w 0);
            add_lanes!(sums, load(window, 19 - row), y 3 x 2 w 1);
            add_lanes!(sums, load(window, 23 - row), x 3 w 2);
            add_lanes!(sums, load(window, 27 - row), w 3);
            b = &b[..b.len() - 16];
        }
    }
    let (eight, four) = rest.as_chunks::<8>();
    for (a, window) in eight.iter().zip(b[..b.len() - 16 * sixteens.len()].last_chunk::<23>()) {
        for row in 0..4 {
            let (w, x) = (splat(a[row]), splat(a[row + 4]));
            add_lanes!(sums, load(window, 3 - row), x 0);
            add_lanes!(sums, load(window, 7 - row), x 1 w 0);
            add_lanes!(sums, load(window, 11 - row), x 2 w 1);
            add_lanes!(sums, load(window, 15 - row), x 3 w 2);
            add_lanes!(sums, load(window, 19 - row), w 3);
        }
    }
    for (a, window) in four.as_chunks::<4>().0.iter().zip(b.first_chunk::<19>()) {
        add_row!(sums, a[0], window, 3, 0 1 2 3);
        add_row!(sums, a[1], window, 2, 0 1 2 3);
        add_row!(sums, a[2], window, 1, 0 1 2 3);
        add_row!(sums, a[3], window, 0, 0 1 2 3);
    }
    *tile = sums;
}

/// The sixteen rows from the tile's own first column on, each of which begins a column later:
/// those of the lowest digits of `b`. `start` counts from the margin's begin.
#[target_feature(enable = "avx2")]
fn add_rising_tip(tile: &mut Tile, a: &Number, b: &Number, start: usize) {
    let (Some(a), Some(b)) = (a[start..].first_chunk::<16>(), b[1..].first_chunk::<31>()) else {
        return;
    };
    let mut sums = *tile;
    add_row!(sums, a[0], b, 15, 0 1 2 3);
    add_row!(sums, a[1], b, 14, 0 1 2 3);
    add_row!(sums, a[2], b, 13, 0 1 2 3);
    add_row!(sums, a[3], b, 12, 0 1 2 3);
    add_row!(sums, a[4], b, 11, 1 2 3);
    add_row!(sums, a[5], b, 10, 1 2 3);
    add_row!(sums, a[6], b, 9, 1 2 3);
    add_row!(sums, a[7], b, 8, 1 2 3);
    add_row!(sums, a[8], b, 7, 2 3);
    add_row!(sums, a[9], b, 6, 2 3);
    add_row!(sums, a[10], b, 5, 2 3);
    add_row!(sums, a[11], b, 4, 2 3);
    add_row!(sums, a[12], b, 3, 3);
    add_row!(sums, a[13], b, 2, 3);
    add_row!(sums, a[14], b, 1, 3);
    add_row!(sums, a[15], b, 0, 3);
    *tile = sums;
}

/// The fifteen rows before `full`, each of which ends a column later than the one before: those
/// of the highest digits of `b`.
#[target_feature(enable = "avx2")]
fn add_falling_tip(tile: &mut Tile, a: &Number, b: &Number, full: usize, len: usize) {
    let a = a[MARGIN + full - 15..].first_chunk::<15>();
    let (Some(a), Some(b)) = (a, b[MARGIN + len - 15..].first_chunk::<18>()) else { return };
    let mut sums = *tile;
    add_row!(sums, a[0], b, 14, 0);
    add_row!(sums, a[1], b, 13, 0);
    add_row!(sums, a[2], b, 12, 0);
    add_row!(sums, a[3], b, 11, 0);
    add_row!(sums, a[4], b, 10, 0 1);
    add_row!(sums, a[5], b, 9, 0 1);
    add_row!(sums, a[6], b, 8, 0 1);
    add_row!(sums, a[7], b, 7, 0 1);
    add_row!(sums, a[8], b, 6, 0 1 2);
    add_row!(sums, a[9], b, 5, 0 1 2);
    add_row!(sums, a[10], b, 4, 0 1 2);
    add_row!(sums, a[11], b, 3, 0 1 2);
    add_row!(sums, a[12], b, 2, 0 1 2 3);
    add_row!(sums, a[13], b, 1, 0 1 2 3);
    add_row!(sums, a[14], b, 0, 0 1 2 3);
    *tile = sums;
}

/// The eight rows of a square from `middle` on, whose own digits lie in the tile: a row takes its
/// own digit once, those above it twice, and those below it not at all.
#[target_feature(enable = "avx2")]
fn add_diagonal(tile: &mut Tile, a: &Number, twice: &Number, middle: usize) {
    let rows = a[MARGIN + middle..].first_chunk::<8>();
    let once = a[MARGIN + middle - 7..].first_chunk::<23>();
    let twice = twice[MARGIN + middle - 7..].first_chunk::<23>();
    let (Some(rows), Some(once), Some(twice)) = (rows, once, twice) else { return };
    let mut sums = *tile;
    macro_rules! add_own {
        ($row:literal, $vector:literal, even) => {
            let at = 7 - $row + 4 * $vector;
            let lanes = _mm256_blend_epi32::<0b0000_0011>(load(twice, at), load(once, at));
            add_own!($row, $vector, lanes);
        };
        ($row:literal, $vector:literal, odd) => {
            let at = 7 - $row + 4 * $vector;
            let lanes = _mm256_blend_epi32::<0b0011_0000>(load(twice, at), load(once, at));
            let lanes = _mm256_blend_epi32::<0b0000_1111>(lanes, _mm256_setzero_si256());
            add_own!($row, $vector, lanes);
        };
        ($row:literal, $vector:literal, $lanes:ident) => {
            let product = _mm256_mul_epi32(splat(rows[$row]), $lanes);
            sums[$vector] = _mm256_add_epi64(sums[$vector], product);
        };
    }
    add_own!(0, 0, even);
    add_row!(sums, rows[0], twice, 7, 1 2 3);
    add_own!(1, 0, odd);
    add_row!(sums, rows[1], twice, 6, 1 2 3);
    add_own!(2, 1, even);
    add_row!(sums, rows[2], twice, 5, 2 3);
    add_own!(3, 1, odd);
    add_row!(sums, rows[3], twice, 4, 2 3);
    add_own!(4, 2, even);
    add_row!(sums, rows[4], twice, 3, 3);
    add_own!(5, 2, odd);
    add_row!(sums, rows[5], twice, 2, 3);
    add_own!(6, 3, even);
    add_own!(7, 3, odd);
    *tile = sums;
}

#[target_feature(enable = "avx2")]
fn load_tile(sums: &[i64]) -> Tile {
    [load(sums, 0), load(sums, 4), load(sums, 8), load(sums, 12)]
}

#[target_feature(enable = "avx2")]
fn store_tile(tile: &Tile, columns: &mut [i64]) {
    for (vector, lanes) in tile.iter().zip(columns.as_chunks_mut().0) {
        store(lanes, *vector);
    }
}

/// A digit in all lanes, where only their low halves count.
#[inline]
#[target_feature(enable = "avx2")]
fn splat(digit: i64) -> __m256i {
    _mm256_set1_epi32(digit as i32)
}

/// Four lanes.
#[inline]
#[target_feature(enable = "avx2")]
pub fn load(from: &[i64], at: usize) -> __m256i {
    let lanes = &from[at..at + 4];
    // SAFETY: the slice is of 32 bytes, and this load wants no alignment.
    unsafe { _mm256_loadu_si256(lanes.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx2")]
pub fn store(to: &mut [i64; 4], lanes: __m256i) {
    // SAFETY: the array is of 32 bytes, and this store wants no alignment.
    unsafe { _mm256_storeu_si256(to.as_mut_ptr().cast(), lanes) }
}
