//! Records as nearly all are, read and judged in one go.
//!
//! What keeps every rule by the plainest reading needs no index, no places and no words: here
//! bytes are compared with what is expected there, and the first byte that is not leaves the
//! record to the [rules](super::record), which know everything that a record may be. So nothing
//! is refused here and nothing reported: a record that gets through is one of which the rules
//! would have nothing to say either, and that is what the tests hold it to.

use core::ops::Range;

use super::cursor::Cursor;
use super::habits::{self, Habits, name};
use super::identity::{Product, Who};
use super::parts::{Part, Parts, TagText};
use super::record::Usage;
use crate::Timestamp;
use crate::json::{Span, Text};
use crate::usage::Edition;
use crate::usage::alphabets::CERTAIN_TAG;
use crate::usage::identifiers::CustomerAwsAccountId;
use crate::usage::license_arn;
use crate::usage::limits::{
    MAX_ALLOCATIONS, MAX_CUSTOMER_IDENTIFIER, MAX_DIMENSION, MAX_TAG_KEY, MAX_TAG_VALUE, MAX_TAGS,
};
use crate::usage::quantity::Quantity;
use crate::usage::rules::Rules;

/// What decides at one moment whether a record keeps all rules.
pub(super) struct Usual<'r> {
    rules: &'r Rules,
    /// The first and the last millisecond about which there is nothing to say.
    times: (i64, i64),
    habits: Habits,
}

/// The members of a record as far as they were read.
#[derive(Default)]
struct Members {
    timestamp: Option<Timestamp>,
    license_arn: Option<Text>,
    account: Option<Text>,
    customer: Option<Text>,
    dimension: Option<Text>,
    quantity: Option<Quantity>,
    allocations: Option<Split>,
}

/// The allocations of a record.
struct Split {
    parts: Range<usize>,
    decimals: usize,
    /// In millionths. 2500 quantities of less than 2^54 are less than 2^66: too much for 64 bits
    /// saturates, and no quantity is as much.
    sum: u64,
}

impl<'r> Usual<'r> {
    /// For the records of a list; `None` under rules that are seldom asked for.
    pub(super) fn new(rules: &'r Rules, now: Timestamp) -> Option<Self> {
        if rules.edition() != Edition::Current {
            return None;
        }
        let window = rules.window(now);
        // Of an hour that is not over there is something to say.
        let last = window.newest().unix_millis().min(now.start_of_hour().unix_millis() - 1);
        let times = (window.oldest().unix_millis(), last);
        Some(Self { rules, times, habits: Habits::default() })
    }

    /// Reads the record that begins at an offset; its end, and what it says. `None` where it may
    /// not keep every rule; allocations and tags that were noted by then are the caller's to
    /// forget.
    pub(super) fn record(
        &mut self,
        parts: &mut Parts<'_>,
        at: usize,
        product: Product,
    ) -> Option<(usize, Usage)> {
        let document = parts.document();
        let mut members = Members::default();
        let mut cursor = Cursor::new(document, at);
        let mut seen = 0;
        cursor.take(b'{')?;
        let mut last = habits::RECORD;
        while self.habits.next(&mut cursor, &mut last, &mut seen)? {
            match last {
                name::TIMESTAMP => members.timestamp = Some(self.timestamp(&mut cursor)?),
                name::LICENSE_ARN => members.license_arn = Some(license_arn(&mut cursor)?),
                name::ACCOUNT => members.account = Some(account(&mut cursor)?),
                name::DIMENSION => members.dimension = Some(self.dimension(&mut cursor)?),
                // Two quantities are never right.
                name::QUANTITY if members.quantity.is_none() => {
                    members.quantity = Some(whole(&mut cursor)?);
                }
                name::QUANTITY_AS_DECIMAL if members.quantity.is_none() => {
                    members.quantity = Some(decimal(&mut cursor)?);
                }
                // The empty text is what some SDKs send for "not set".
                name::CUSTOMER => {
                    let text = text(&mut cursor, MAX_CUSTOMER_IDENTIFIER)?;
                    members.customer = Some(text).filter(|text| text.len() > 0);
                }
                name::ALLOCATIONS => {
                    let (split, behind) = self.allocations(cursor, parts)?;
                    cursor = behind;
                    members.allocations = Some(split);
                }
                _ => return None,
            }
        }
        Some((cursor.at(), members.usage(parts, product)?))
    }

    #[inline]
    /// Epoch seconds or a text, accepted and of an hour that is over.
    fn timestamp(&self, cursor: &mut Cursor<'_>) -> Option<Timestamp> {
        let timestamp = if cursor.peek() == Some(b'"') {
            Timestamp::parse_iso_8601(cursor.string()?.written(cursor.document())).ok()?
        } else {
            // At most 12 digits: milliseconds do not overflow.
            let seconds = cursor.whole().filter(|seconds| *seconds < 1_000_000_000_000)?;
            Timestamp::from_unix_seconds(seconds.cast_signed())?
        };
        let (first, last) = self.times;
        (first..=last).contains(&timestamp.unix_millis()).then_some(timestamp)
    }

    fn dimension(&self, cursor: &mut Cursor<'_>) -> Option<Text> {
        let dimension = text(cursor, MAX_DIMENSION).filter(|text| text.len() > 0)?;
        let known = self.rules.dimensions();
        let written = dimension.written(cursor.document());
        let is_known = known.is_empty() || known.iter().any(|one| one.as_str() == written);
        is_known.then_some(dimension)
    }

    fn allocations<'a>(
        &mut self,
        mut cursor: Cursor<'a>,
        parts: &mut Parts<'_>,
    ) -> Option<(Split, Cursor<'a>)> {
        let mark = parts.mark();
        let (mut decimals, mut sum) = (0, 0_u64);
        cursor.take(b'[')?;
        loop {
            cursor.skip_white_space();
            let quantity = self.allocation(&mut cursor, parts)?;
            decimals += usize::from(quantity.is_decimal());
            sum = sum.saturating_add(quantity.micros());
            if !cursor.goes_on(b']')? {
                break;
            }
        }
        let allocations = parts.since(mark);
        let is_right = allocations.len() <= MAX_ALLOCATIONS && !parts.repeat_a_set(&allocations);
        is_right.then_some((Split { parts: allocations, decimals, sum }, cursor))
    }

    fn allocation(&mut self, cursor: &mut Cursor<'_>, parts: &mut Parts<'_>) -> Option<Quantity> {
        let mark = parts.mark();
        let (mut quantity, mut seen) = (None, 0);
        cursor.take(b'{')?;
        let mut last = habits::ALLOCATION;
        while self.habits.next(cursor, &mut last, &mut seen)? {
            match last {
                name::ALLOCATED if quantity.is_none() => quantity = Some(whole(cursor)?),
                name::ALLOCATED_AS_DECIMAL if quantity.is_none() => {
                    quantity = Some(decimal(cursor)?);
                }
                name::TAGS => self.tags(cursor, parts)?,
                _ => return None,
            }
        }
        let (tags, quantity) = (parts.tags_since(mark), quantity?);
        parts.push(Part { quantity, tags });
        Some(quantity)
    }

    fn tags(&mut self, cursor: &mut Cursor<'_>, parts: &mut Parts<'_>) -> Option<()> {
        let mark = parts.mark();
        cursor.take(b'[')?;
        loop {
            cursor.skip_white_space();
            let tag = self.tag(cursor)?;
            parts.push_tag(tag);
            if !cursor.goes_on(b']')? {
                break;
            }
        }
        let tags = parts.tags_since(mark);
        let is_right =
            tags.len() <= MAX_TAGS && !tags.clone().any(|at| parts.has_key_before(&tags, at));
        parts.sort_tags(&tags);
        is_right.then_some(())
    }

    fn tag(&mut self, cursor: &mut Cursor<'_>) -> Option<TagText> {
        let (mut key, mut value, mut seen) = (None, None, 0);
        cursor.take(b'{')?;
        let mut last = habits::TAG;
        while self.habits.next(cursor, &mut last, &mut seen)? {
            match last {
                name::KEY => key = Some(certain(cursor, MAX_TAG_KEY)?),
                name::VALUE => value = Some(certain(cursor, MAX_TAG_VALUE)?),
                _ => return None,
            }
        }
        // Number and place are for reports, which these tags are not in.
        let (key, value) = (key?, Some(value?));
        Some(TagText { key, value, number: 0, span: Span::default() })
    }
}

impl Members {
    /// What the record says, where nothing is missing and nothing contradicts.
    fn usage(self, parts: &Parts<'_>, product: Product) -> Option<Usage> {
        let is_under_product = product == Product::Given;
        let who = match (self.license_arn, self.account, self.customer) {
            (Some(license_arn), Some(account), None) => Who::License { license_arn, account },
            (None, Some(account), None) if is_under_product => Who::Account(account),
            (None, None, Some(customer)) if is_under_product => Who::Customer(customer),
            _ => return None,
        };
        let (dimension, timestamp, quantity) = (self.dimension?, self.timestamp?, self.quantity?);
        let allocations = match self.allocations {
            None => parts.since(parts.mark()),
            Some(Split { parts, decimals, sum }) => {
                let of_kind = if quantity.is_decimal() { parts.len() } else { 0 };
                (decimals == of_kind && sum == quantity.micros()).then_some(parts)?
            }
        };
        Some(Usage { who, dimension, timestamp, quantity, allocations })
    }
}

fn license_arn(cursor: &mut Cursor<'_>) -> Option<Text> {
    let arn = cursor.string()?;
    license_arn::is_usual(arn.written(cursor.document()).as_bytes()).then_some(arn)
}

/// The 12 digits of a real account.
fn account(cursor: &mut Cursor<'_>) -> Option<Text> {
    let account = cursor.digits_in_quotes()?;
    (account.len() == CustomerAwsAccountId::USUAL_LENGTH).then_some(account)
}

/// A text of at most so many bytes, so of no more characters.
fn text(cursor: &mut Cursor<'_>, most: usize) -> Option<Text> {
    cursor.string().filter(|text| text.len() <= most)
}

/// A tag's key or value about which there is nothing to say.
fn certain(cursor: &mut Cursor<'_>, most: usize) -> Option<Text> {
    let text = text(cursor, most).filter(|text| text.len() > 0)?;
    CERTAIN_TAG.holds_all(text.written(cursor.document()).as_bytes()).then_some(text)
}

fn whole(cursor: &mut Cursor<'_>) -> Option<Quantity> {
    Quantity::right_whole(cursor.whole()?)
}

fn decimal(cursor: &mut Cursor<'_>) -> Option<Quantity> {
    let decimal = cursor.string()?;
    Quantity::right_decimal(decimal.written(cursor.document()))
}
