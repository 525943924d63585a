//! How much: small whole numbers, decimals, and more than a record holds.

use fastrand::Rng;
use meterproof::usage::{Quantity, Rules, Tag, TagKey, TagSet, TagValue, UsageAllocation};

/// The quantities of one run.
pub(super) struct Amounts {
    size: Size,
    tags: bool,
    /// A few events, each with a thousand sets of tags.
    pub(super) many_tags: bool,
    next_tag: usize,
}

/// What quantities look like in one run.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Size {
    Small,
    Decimal,
    Mixed,
    /// Two or three are more than a whole number holds.
    Large,
    /// Two or three are more than ten digits.
    Huge,
}

impl Amounts {
    pub(super) fn draw(random: &mut Rng, rules: &Rules) -> Self {
        let sizes: &[Size] = if rules.has_decimals() {
            &[Size::Small, Size::Small, Size::Decimal, Size::Mixed, Size::Large, Size::Huge]
        } else {
            &[Size::Small, Size::Small, Size::Large, Size::Mixed]
        };
        Self {
            size: sizes[random.usize(..sizes.len())],
            tags: rules.has_allocations() && random.u8(..3) == 0,
            many_tags: rules.has_allocations() && random.u8(..150) == 0,
            next_tag: 0,
        }
    }

    pub(super) fn quantity(
        &mut self,
        random: &mut Rng,
        rules: &Rules,
    ) -> (Quantity, Vec<UsageAllocation>) {
        if self.many_tags {
            return self.many(random);
        }
        let parts = if self.tags && random.bool() { random.usize(1..=3) } else { 0 };
        let decimal = match self.size {
            Size::Small | Size::Large => false,
            Size::Decimal | Size::Huge => true,
            Size::Mixed => random.bool(),
        };
        if parts == 0 {
            return (self.amount(random, rules, decimal), Vec::new());
        }
        let mut allocations: Vec<UsageAllocation> = Vec::new();
        for _ in 0..parts {
            // Smaller than the whole, so that their sum is a quantity.
            let amount = if decimal { small_decimal(random) } else { whole(random.u64(0..6)) };
            let tags = tag_set(random.usize(..5));
            if allocations.iter().all(|one| *one.tags() != tags) {
                allocations.push(UsageAllocation::new(amount, tags));
            }
        }
        let sum = allocations.iter().map(UsageAllocation::quantity).reduce(add);
        (sum.expect("at least one allocation"), allocations)
    }

    fn amount(&self, random: &mut Rng, rules: &Rules, decimal: bool) -> Quantity {
        match self.size {
            Size::Large if random.u8(..3) == 0 => {
                whole(rules.max_whole_quantity() - random.u64(0..3))
            }
            Size::Huge if random.u8(..3) == 0 => {
                let text =
                    format!("{}.{}", 9_999_999_999_u64 - random.u64(0..3), random.u32(1..9_999));
                Quantity::parse_decimal(&text).expect("a decimal")
            }
            _ if decimal => small_decimal(random),
            _ => whole(random.u64(0..6)),
        }
    }

    /// More than a thousand sets of tags, none of them met before.
    fn many(&mut self, random: &mut Rng) -> (Quantity, Vec<UsageAllocation>) {
        let allocations: Vec<UsageAllocation> = (0..random.usize(900..1_200))
            .map(|_| {
                self.next_tag += 1;
                UsageAllocation::new(whole(1), tag_set(self.next_tag))
            })
            .collect();
        (whole(u64::try_from(allocations.len()).expect("a small number")), allocations)
    }
}

pub(super) fn whole(units: u64) -> Quantity {
    Quantity::whole(units).expect("within the limit")
}

fn small_decimal(random: &mut Rng) -> Quantity {
    let places = random.usize(0..=6);
    let units = random.u32(0..4);
    let text = if places == 0 {
        units.to_string()
    } else {
        let below = random.u32(0..10_u32.pow(u32::try_from(places).expect("at most 6")));
        format!("{units}.{below:0places$}")
    };
    Quantity::parse_decimal(&text).expect("a decimal")
}

fn add(one: Quantity, other: Quantity) -> Quantity {
    one.checked_add(other).expect("small numbers")
}

fn tag_set(number: usize) -> TagSet {
    if number == 0 {
        return TagSet::UNTAGGED;
    }
    let tag = |key: &str, value: String| {
        Tag::new(
            TagKey::parse(key).expect("a key"),
            Some(TagValue::parse(&value).expect("a value")),
        )
    };
    let mut tags = vec![tag("team", format!("t{number}"))];
    if number.is_multiple_of(2) {
        tags.push(tag("stage", "test".into()));
    }
    TagSet::new(tags).expect("two tags")
}
