//! Decoded SCALE values as JSON that people and programs read: bytes as hex, wrappers of one value dropped.

use crate::ChainError;
use scale_info::{PortableRegistry, TypeDef, TypeDefPrimitive};
use serde_json::{json, Map, Value as Json};
use subxt::ext::scale_value::{scale, Composite, Primitive, Value, ValueDef};

/// A field of a type in metadata.
pub(super) type Field<'a> = (Option<&'a str>, u32);

/// The fields that `input` begins with, as an object if they have names and a list otherwise.
pub(super) fn fields(
    fields: &[Field<'_>],
    input: &mut &[u8],
    types: &PortableRegistry,
) -> Result<Json, ChainError> {
    let decode = |input: &mut &[u8], id| scale::decode_as_type(input, id, types).map_err(malformed);
    let mut named = Map::new();
    let mut unnamed = Vec::new();
    for (name, id) in fields {
        let value = to_json(&decode(input, *id)?, types);
        match name {
            Some(name) => drop(named.insert((*name).into(), value)),
            None => unnamed.push(value),
        }
    }
    Ok(if unnamed.is_empty() {
        Json::Object(named)
    } else {
        Json::Array(unnamed)
    })
}

fn malformed(error: impl ToString) -> ChainError {
    ChainError::Malformed {
        request: "events".into(),
        reason: error.to_string(),
    }
}

fn to_json(value: &Value<u32>, types: &PortableRegistry) -> Json {
    match &value.value {
        ValueDef::Primitive(primitive) => primitive_json(primitive),
        ValueDef::Composite(composite) if is_bytes(value.context, types) => bytes_json(composite),
        ValueDef::Composite(composite) => composite_json(composite, types),
        ValueDef::Variant(variant) => match (variant.name.as_str(), variant.values.len()) {
            ("None", 0) => Json::Null,
            (name, 0) => name.into(),
            ("Some", 1) => composite_json(&variant.values, types),
            (name, _) => json!({ name: composite_json(&variant.values, types) }),
        },
        ValueDef::BitSequence(bits) => bits.iter().collect::<Vec<bool>>().into(),
    }
}

fn composite_json(composite: &Composite<u32>, types: &PortableRegistry) -> Json {
    match composite {
        Composite::Named(fields) => fields
            .iter()
            .map(|(name, value)| (name.clone(), to_json(value, types)))
            .collect::<Map<_, _>>()
            .into(),
        Composite::Unnamed(values) => match values.as_slice() {
            [only] => to_json(only, types),
            values => values.iter().map(|value| to_json(value, types)).collect(),
        },
    }
}

fn primitive_json(primitive: &Primitive) -> Json {
    match primitive {
        Primitive::Bool(value) => (*value).into(),
        Primitive::Char(value) => value.to_string().into(),
        Primitive::String(value) => value.clone().into(),
        Primitive::U128(value) => {
            u64::try_from(*value).map_or_else(|_| value.to_string().into(), Json::from)
        }
        Primitive::I128(value) => {
            i64::try_from(*value).map_or_else(|_| value.to_string().into(), Json::from)
        }
        Primitive::U256(bytes) | Primitive::I256(bytes) => {
            format!("0x{}", hex::encode(bytes)).into()
        }
    }
}

fn is_bytes(id: u32, types: &PortableRegistry) -> bool {
    let item = match types.resolve(id).map(|ty| &ty.type_def) {
        Some(TypeDef::Array(array)) => array.type_param.id,
        Some(TypeDef::Sequence(sequence)) => sequence.type_param.id,
        _ => return false,
    };
    let item = types.resolve(item).map(|ty| &ty.type_def);
    matches!(item, Some(TypeDef::Primitive(TypeDefPrimitive::U8)))
}

fn bytes_json(composite: &Composite<u32>) -> Json {
    let byte = |value: &Value<u32>| match &value.value {
        ValueDef::Primitive(Primitive::U128(byte)) => u8::try_from(*byte).unwrap_or_default(),
        _ => 0,
    };
    let bytes: Vec<u8> = composite.values().map(byte).collect();
    format!("0x{}", hex::encode(bytes)).into()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use codec::Encode;
    use scale_info::{MetaType, Registry, TypeInfo};

    #[derive(Encode, TypeInfo)]
    enum Status {
        Waiting,
        Placed { at: u32 },
    }

    fn json_of<T: Encode + TypeInfo + 'static>(value: T) -> Json {
        let mut registry = Registry::new();
        let id = registry.register_type(&MetaType::new::<T>()).id;
        let types = PortableRegistry::from(registry);
        let bytes = value.encode();
        let mut input = bytes.as_slice();
        let json = fields(&[(Some("value"), id)], &mut input, &types).unwrap();
        assert!(input.is_empty());
        json["value"].clone()
    }

    #[test]
    fn bytes_become_hex_and_lists_stay_lists() {
        assert_eq!(json_of([1u8, 0xff]), json!("0x01ff"));
        assert_eq!(json_of(vec![1u8, 2]), json!("0x0102"));
        assert_eq!(json_of(Vec::<u8>::new()), json!("0x"));
        assert_eq!(json_of(vec![1u16, 2]), json!([1, 2]));
        assert_eq!(
            json_of(ballast_core::Address([7; 32])),
            json!(format!("0x{}", "07".repeat(32)))
        );
    }

    #[test]
    fn ids_options_and_variants_are_plain() {
        assert_eq!(json_of(ballast_core::EncodingId(u64::MAX)), json!(u64::MAX));
        assert_eq!(json_of(u128::MAX), json!(u128::MAX.to_string()));
        assert_eq!(json_of((None::<u8>, Some(5u8))), json!([null, 5]));
        assert_eq!(json_of(Status::Waiting), json!("Waiting"));
        assert_eq!(
            json_of(Status::Placed { at: 3 }),
            json!({ "Placed": { "at": 3 } })
        );
    }

    #[test]
    fn short_input_is_malformed() {
        let mut registry = Registry::new();
        let id = registry.register_type(&MetaType::new::<u32>()).id;
        let answer = fields(
            &[(None, id)],
            &mut &[1u8, 2][..],
            &PortableRegistry::from(registry),
        );
        assert!(matches!(answer, Err(ChainError::Malformed { .. })));
    }
}
