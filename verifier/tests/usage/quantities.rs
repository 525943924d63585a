//! Quantities against an oracle on 128-bit integers.

use meterproof::usage::{Quantity, QuantityError};
use proptest::prelude::*;

/// The model's pattern `^(0|[1-9][0-9]{0,9})(\.[0-9]{1,6})?$` and the value in millionths.
fn oracle(text: &str) -> Option<i128> {
    let (units, places) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit());
    let fits = digits(units) && digits(places) && units.len() <= 10 && places.len() <= 6;
    if !fits || (units.len() > 1 && units.starts_with('0')) {
        return None;
    }
    let padded = format!("{places:0<6}");
    Some(units.parse::<i128>().unwrap() * 1_000_000 + padded.parse::<i128>().unwrap())
}

proptest! {
    #[test]
    fn a_decimal_is_read_as_the_pattern_has_it(text in "[0-9]{0,12}(\\.[0-9]{0,8})?|[0-9.eE+ -]{0,18}|\\PC{0,8}") {
        let read = Quantity::parse_decimal(&text).ok();
        prop_assert_eq!(read.map(|q| i128::from(q.micros())), oracle(&text));
        if let Some(quantity) = read {
            prop_assert_eq!(quantity.to_string(), text);
            prop_assert!(quantity.is_decimal());
            prop_assert_eq!(quantity.as_whole(), None);
        }
    }

    #[test]
    fn a_whole_number_is_read_up_to_its_limit(units in prop_oneof![0..3_000_000_000_u64, any::<u64>()]) {
        let read = Quantity::whole(units).ok();
        prop_assert_eq!(read.is_some(), units <= 2_147_483_647);
        prop_assert_eq!(Quantity::parse_whole(&units.to_string()).ok(), read);
        if let Some(quantity) = read {
            prop_assert_eq!(quantity.as_whole(), Some(units));
            prop_assert_eq!(quantity.to_string(), units.to_string());
        }
    }

    #[test]
    fn order_and_sum_are_those_of_the_value(a in super::generate::quantities(), b in super::generate::quantities()) {
        let (x, y) = (i128::from(a.micros()), i128::from(b.micros()));
        prop_assert_eq!(a.cmp(&b), x.cmp(&y));
        let is_decimal = a.is_decimal() || b.is_decimal();
        let limit = if is_decimal { 9_999_999_999_999_999 } else { 2_147_483_647_000_000 };
        let sum = a.checked_add(b);
        prop_assert_eq!(sum.map(|q| i128::from(q.micros())), Some(x + y).filter(|sum| *sum <= limit));
        if let Some(sum) = sum {
            prop_assert_eq!(sum.is_decimal(), is_decimal);
            let again = if is_decimal {
                Quantity::parse_decimal(&sum.to_string())
            } else {
                Quantity::parse_whole(&sum.to_string())
            };
            prop_assert_eq!(again, Ok(sum));
        }
    }
}

#[test]
fn each_way_to_be_wrong_has_its_own_code() {
    let whole = |text| Quantity::parse_whole(text).map_err(|error| error.code());
    for (text, code) in [
        ("-1", "quantity_negative"),
        ("-0", "quantity_negative"),
        ("17.0", "quantity_fraction"),
        ("1e2", "quantity_exponent"),
        ("1.5E2", "quantity_exponent"),
        ("017", "quantity_leading_zero"),
        ("2147483648", "quantity_too_large"),
        ("99999999999999999999999", "quantity_too_large"),
        ("", "quantity_malformed"),
        ("１７", "quantity_malformed"),
        ("1.e", "quantity_exponent"),
    ] {
        assert_eq!(whole(text), Err(code), "{text}");
    }
    let decimal = |text| Quantity::parse_decimal(text).map_err(|error| error.code());
    for (text, code) in [
        ("-0.5", "quantity_negative"),
        ("1e2", "quantity_exponent"),
        ("0.5e2", "quantity_exponent"),
        ("017", "quantity_leading_zero"),
        ("00", "quantity_leading_zero"),
        ("10000000000", "quantity_too_large"),
        ("0.1234567", "quantity_too_many_places"),
        ("", "quantity_malformed"),
        (".5", "quantity_malformed"),
        ("5.", "quantity_malformed"),
        ("1,5", "quantity_malformed"),
        ("+1", "quantity_malformed"),
        (" 1", "quantity_malformed"),
        ("1.2.3", "quantity_malformed"),
        ("NaN", "quantity_malformed"),
    ] {
        assert_eq!(decimal(text), Err(code), "{text}");
    }
}

#[test]
fn forms_of_one_value_are_equal_and_keep_their_writing() {
    let forms = ["17", "17.0", "17.00", "17.000000"];
    for text in forms {
        let quantity = Quantity::parse_decimal(text).unwrap();
        assert_eq!(quantity, Quantity::whole(17).unwrap());
        assert_eq!(quantity.to_string(), text);
    }
    let set: std::collections::HashSet<_> =
        forms.map(|text| Quantity::parse_decimal(text).unwrap()).into();
    assert_eq!(set.len(), 1);
}

#[test]
fn messages_say_what_to_do() {
    let message = |error: QuantityError| error.to_string();
    assert_eq!(
        message(Quantity::parse_decimal("0.1234567").unwrap_err()),
        "quantity 0.1234567 has 7 decimal places; AWS takes at most 6"
    );
    assert_eq!(
        message(Quantity::whole(3_000_000_000).unwrap_err()),
        "quantity 3000000000 is too large; AWS takes at most 2147483647 as a whole number and 9999999999.999999 as a decimal"
    );
    let long = "9".repeat(1_000);
    let shown = message(Quantity::parse_whole(&long).unwrap_err());
    assert!(shown.starts_with("quantity 999") && shown.contains("… (1000 characters)"), "{shown}");
}
