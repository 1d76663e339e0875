//! The part of JSON Schema that the OpenAPI document uses. A keyword that is not known here fails, so that none is
//! passed over.

use serde_json::Value;

/// Checks a value; says where it differs.
pub fn check(document: &Value, schema: &Value, value: &Value, at: &str) -> Result<(), String> {
    let schema = resolve(document, schema);
    for (keyword, rule) in schema.as_object().ok_or(format!("{at}: no schema"))? {
        let holds = match keyword.as_str() {
            "type" => is_type(rule, value),
            "enum" => rule.as_array().is_some_and(|all| all.contains(value)),
            "pattern" => matches(rule.as_str().unwrap_or_default(), value),
            "minimum" => value.as_i64() >= rule.as_i64(),
            "required" => names(rule).all(|name| value.get(name).is_some()),
            "properties" | "additionalProperties" => {
                properties(document, schema, value, at).map(|()| true)?
            }
            "items" => items(document, rule, value, at).map(|()| true)?,
            "description" | "format" => true,
            other => return Err(format!("{at}: keyword {other} is not known to the test")),
        };
        if !holds {
            return Err(format!("{at}: {value} breaks {keyword} {rule}"));
        }
    }
    Ok(())
}

/// What a reference stands for.
pub fn resolve<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(reference) => document.pointer(reference.trim_start_matches('#')).unwrap(),
        None => schema,
    }
}

fn is_type(rule: &Value, value: &Value) -> bool {
    let is = |name: &str| match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_u64() || value.is_i64(),
        "null" => value.is_null(),
        other => panic!("type {other} is not known to the test"),
    };
    match rule {
        Value::String(name) => is(name),
        list => names(list).any(is),
    }
}

/// Only `^[0-9a-f]{N}$` is used.
fn matches(pattern: &str, value: &Value) -> bool {
    let len = pattern
        .strip_prefix("^[0-9a-f]{")
        .and_then(|rest| rest.strip_suffix("}$"));
    let len: usize = len
        .unwrap_or_else(|| panic!("pattern {pattern} is not known to the test"))
        .parse()
        .unwrap();
    let text = value.as_str().unwrap_or_default();
    text.len() == len
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

fn names(rule: &Value) -> impl Iterator<Item = &str> {
    rule.as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
}

fn properties(document: &Value, schema: &Value, value: &Value, at: &str) -> Result<(), String> {
    for (name, inner) in value.as_object().into_iter().flatten() {
        match schema["properties"].get(name) {
            Some(rule) => check(document, rule, inner, &format!("{at}.{name}"))?,
            None if schema["additionalProperties"] == Value::Bool(false) => {
                return Err(format!("{at}: property {name} is not described"))
            }
            None => {}
        }
    }
    Ok(())
}

fn items(document: &Value, rule: &Value, value: &Value, at: &str) -> Result<(), String> {
    let items = value.as_array().into_iter().flatten();
    for (index, item) in items.enumerate() {
        check(document, rule, item, &format!("{at}[{index}]"))?;
    }
    Ok(())
}

#[test]
fn the_checker_finds_what_is_wrong() {
    use serde_json::json;
    let document = json!({ "components": { "schemas": { "Hash": { "type": "string", "pattern": "^[0-9a-f]{4}$" } } } });
    let schema = json!({
        "type": "object", "required": ["a"], "additionalProperties": false,
        "properties": { "a": { "$ref": "#/components/schemas/Hash" }, "b": { "type": "array", "items": { "type": "integer", "minimum": 0 } } },
    });
    assert_eq!(
        check(&document, &schema, &json!({ "a": "00ff", "b": [1] }), ""),
        Ok(())
    );
    for wrong in [
        json!({}),
        json!({ "a": "00fg" }),
        json!({ "a": "00ff", "b": [-1] }),
        json!({ "a": "00ff", "c": 1 }),
        json!([]),
    ] {
        assert!(check(&document, &schema, &wrong, "").is_err(), "{wrong}");
    }
    assert!(check(&document, &json!({ "oneOf": [] }), &json!(1), "").is_err());
}
