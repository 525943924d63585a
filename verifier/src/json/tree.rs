//! Values as a tree, for readers that want one.

use alloc::vec::Vec;

use super::index::{Index, Node, Type};
use super::value::{Kind, Member, Value};

/// The value at a place, with all within it. As deep as the text: `MAX_DEPTH` at most.
pub(super) fn tree<'a>(index: &Index<'a>, at: usize, node: &Node) -> Value<'a> {
    let kind = match node.kind {
        Type::Null => Kind::Null,
        Type::True => Kind::Bool(true),
        Type::False => Kind::Bool(false),
        Type::Number => Kind::Number(index.slice(node.span)),
        Type::String | Type::EscapedString => Kind::String(index.string(node).unwrap_or_default()),
        Type::Array => {
            let mut elements = Vec::with_capacity(node.count);
            elements.extend(index.children(at).map(|(at, element)| tree(index, at, element)));
            Kind::Array(elements)
        }
        Type::Object => {
            let mut members = Vec::with_capacity(node.count);
            members.extend(index.children(at).map(|(at, member)| Member {
                name: index.name(member.name),
                name_span: member.name.span(),
                value: tree(index, at, member),
            }));
            Kind::Object(members)
        }
    };
    Value { kind, span: node.span }
}
