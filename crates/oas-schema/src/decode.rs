//! Deserializes and validates JSON text in one pass: the type is deserialized by a deserializer that validates.
//!
//! Anything unusual ends the pass, above all a violation: the walk then parses the text again and reports all violations.
//! The pass covers only the valid case, which needs neither places nor messages.

use std::fmt;

use serde::Deserialize as _;
use serde::de::value::{CowStrDeserializer, StrDeserializer};
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, Error as _, IntoDeserializer as _, MapAccess,
    SeqAccess, Visitor,
};
use serde_json::value::RawValue;

use crate::active::Active;
use crate::context::{Context, stop, validate_string};
use crate::items::Items;
use crate::object::{Members, Name};
use crate::path::Path;
use crate::schema::request_check;
use crate::walk::{NUMBERS_ARE_TEXT, Value};
use crate::{Storage, Types, Violation};

/// The names by which `serde_json` recognizes its own types, such as [`RawValue`], which it deserializes in a special
/// way.
const PRIVATE: &str = "$serde_json::private::";

/// A placeholder for places, because this pass reports nothing.
const SOMEWHERE: &Path<'static> = &Path::Root(None);

/// Deserializes JSON text that is sent to an API as `T`, and validates it against `schema`, in one pass.
///
/// Returns `None` if the text violates the schema or cannot be deserialized, and also if one pass cannot decide this, as
/// with numbers of more than 64 bits. [`check_value`](crate::check_value) then returns the violations, if there are any: a valid
/// text has to be deserialized by other means.
///
/// ```
/// use oas_schema::{Property, Schema, Static, decode_request};
/// use serde::Deserialize;
///
/// #[derive(Debug, PartialEq, Deserialize)]
/// struct Pet {
///     name: String,
/// }
///
/// static PET: Schema = Schema::object(&[Property::required("name", &Schema::string().max_length(5))]);
///
/// let decode = |text| decode_request::<Static, Pet>(&(), &PET, text);
/// assert_eq!(decode(r#"{"name": "Rex"}"#), Some(Pet { name: "Rex".to_owned() }));
/// assert_eq!(decode(r#"{"name": "Bucephalus"}"#), None);
/// ```
#[must_use]
pub fn decode_request<S: Storage, T: DeserializeOwned>(
    tables: &S::Tables,
    schema: S::Ref,
    text: &str,
) -> Option<T> {
    if *NUMBERS_ARE_TEXT {
        return None;
    }
    let mut json = serde_json::Deserializer::from_str(text);
    let check = request_check::<S>(tables, None);
    let mut context = Context::probing(&check, text);
    let active = Active::of(tables, S::resolve(tables, schema));
    let value = T::deserialize(Checked::new(&mut context, &active, &mut json)).ok()?;
    json.end().ok()?;
    Some(value)
}

/// Validates a string that is sent to an API, and deserializes it as `T`. `text` is the string itself, and not its JSON text;
/// `parameter` is the name of the parameter whose value it is, as in [`check_value`](crate::check_value).
///
/// ```
/// use oas_schema::{Schema, Static, decode_string};
///
/// static NAME: Schema = Schema::string().max_length(2);
///
/// let decode = |text| decode_string::<Static, String>(&(), &NAME, Some("name"), text);
/// assert_eq!(decode("ab").unwrap(), "ab");
/// assert_eq!(decode("abc").unwrap_err()[0].to_string(), "/name: must have at most 2 characters");
/// ```
///
/// # Errors
///
/// Returns the violations. There are none if `T` does not accept the string, or if a schema needs to parse a value more than
/// once, such as one with `oneOf`: then the string has to be decoded from its JSON text.
pub fn decode_string<S: Storage, T: DeserializeOwned>(
    tables: &S::Tables,
    schema: S::Ref,
    parameter: Option<&str>,
    text: &str,
) -> Result<T, Vec<Violation>> {
    let check = request_check::<S>(tables, parameter);
    let found = validate_string(&check, S::resolve(tables, schema), text);
    if !found.as_ref().is_some_and(Vec::is_empty) {
        return Err(found.unwrap_or_default());
    }
    let string: StrDeserializer<'_, serde::de::value::Error> = text.into_deserializer();
    T::deserialize(string).map_err(|_| Vec::new())
}

/// A part of the way from a text to a type, deserializer, visitor or seed, with the schemas of the value that it is about.
struct Checked<'c, 's, S: Storage, I> {
    context: &'c mut Context<'s, S>,
    active: &'c Active<'s, S>,
    inner: I,
}

impl<'c, 's, S: Storage, I> Checked<'c, 's, S, I> {
    fn new(context: &'c mut Context<'s, S>, active: &'c Active<'s, S>, inner: I) -> Self {
        Self {
            context,
            active,
            inner,
        }
    }

    /// Returns the check of the value.
    fn value(&mut self) -> Value<'_, 's, 'static, S> {
        Value::new(self.context, self.active, SOMEWHERE)
    }

    /// Returns whether keywords apply for which the value is parsed more than once.
    fn is_set_aside(&self) -> bool {
        self.active
            .any(|schema| schema.needs_buffering || schema.unique_items)
    }
}

impl<'de, S: Storage, D: Deserializer<'de>> Checked<'_, '_, S, D> {
    /// Sets the value aside as text and checks that, and has it read without further checks.
    fn set_aside<T>(
        self,
        read: impl FnOnce(
            Checked<'_, '_, S, &mut serde_json::Deserializer<serde_json::de::StrRead<'de>>>,
        ) -> Result<T, serde_json::Error>,
    ) -> Result<T, D::Error> {
        let part = <&RawValue>::deserialize(self.inner)?.get();
        Value::new(self.context, self.active, SOMEWHERE).read_part::<D::Error>(part)?;
        let mut json = serde_json::Deserializer::from_str(part);
        let unchecked = Checked::new(self.context, const { &Active::none() }, &mut json);
        let value = read(unchecked).map_err(D::Error::custom)?;
        // Wide integers are read up to their fraction.
        json.end().map_err(D::Error::custom)?;
        Ok(value)
    }
}

/// Generates methods of a deserializer that pass a wrapped visitor on, which sees every value of the text.
macro_rules! read {
    ($($method:ident($($argument:ident: $type:ty),*))*) => {$(
        fn $method<V: Visitor<'de>>(
            self,
            $($argument: $type,)*
            visitor: V,
        ) -> Result<V::Value, D::Error> {
            if self.active.is_empty() {
                return self.inner.$method($($argument,)* visitor);
            }
            if self.is_set_aside() {
                return self.set_aside(|text| text.$method($($argument,)* visitor));
            }
            let visitor = Checked::new(self.context, self.active, visitor);
            self.inner.$method($($argument,)* visitor)
        }
    )*};
}

/// Methods of a deserializer that tell the visitor something else than what the text has, or that cannot be known to tell it.
macro_rules! read_aside {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
            if self.active.is_empty() {
                return self.inner.$method(visitor);
            }
            self.set_aside(|text| text.$method(visitor))
        }
    )*};
}

impl<'de, S: Storage, D: Deserializer<'de>> Deserializer<'de> for Checked<'_, '_, S, D> {
    type Error = D::Error;

    read! {
        deserialize_any()
        deserialize_bool()
        deserialize_i8()
        deserialize_i16()
        deserialize_i32()
        deserialize_i64()
        deserialize_i128()
        deserialize_u8()
        deserialize_u16()
        deserialize_u32()
        deserialize_u64()
        deserialize_u128()
        deserialize_f64()
        deserialize_char()
        deserialize_str()
        deserialize_string()
        deserialize_option()
        deserialize_unit()
        deserialize_unit_struct(name: &'static str)
        deserialize_seq()
        deserialize_tuple(length: usize)
        deserialize_tuple_struct(name: &'static str, length: usize)
        deserialize_map()
        deserialize_struct(name: &'static str, fields: &'static [&'static str])
        deserialize_identifier()
    }

    // Floats may be rounded to what the type holds, and bytes are no text.
    read_aside! {
        deserialize_f32
        deserialize_bytes
        deserialize_byte_buf
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        if self.active.is_empty() {
            self.inner.deserialize_newtype_struct(name, visitor)
        } else if name.starts_with(PRIVATE) {
            self.set_aside(|text| text.deserialize_newtype_struct(name, visitor))
        } else {
            visitor.visit_newtype_struct(self)
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        if self.active.is_empty() {
            self.inner.deserialize_enum(name, variants, visitor)
        } else {
            // Variants with a content end the pass.
            self.deserialize_str(Variant(visitor))
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        if self.active.is_empty() {
            return self.inner.deserialize_ignored_any(visitor);
        }
        Value::new(self.context, self.active, SOMEWHERE).deserialize(self.inner)?;
        visitor.visit_unit()
    }

    fn is_human_readable(&self) -> bool {
        self.inner.is_human_readable()
    }
}

/// Generates methods of a visitor that receive a scalar.
macro_rules! check {
    ($($method:ident($type:ty) as $check:ident($($view:tt)*);)*) => {$(
        fn $method<E: serde::de::Error>(mut self, value: $type) -> Result<V::Value, E> {
            self.value().$check($($view)* value)?;
            self.inner.$method(value)
        }
    )*};
}

impl<'de, S: Storage, V: Visitor<'de>> Visitor<'de> for Checked<'_, '_, S, V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.expecting(f)
    }

    check! {
        visit_bool(bool) as visit_bool();
        visit_i64(i64) as visit_i64();
        visit_i128(i128) as integer();
        visit_u64(u64) as visit_u64();
        visit_f64(f64) as visit_f64();
        visit_str(&str) as visit_str();
        visit_borrowed_str(&'de str) as visit_str();
        visit_string(String) as visit_str(&);
    }

    fn visit_u128<E: serde::de::Error>(self, number: u128) -> Result<V::Value, E> {
        match i128::try_from(number) {
            Ok(number) => self.visit_i128(number),
            Err(_) => Err(stop()),
        }
    }

    fn visit_none<E: serde::de::Error>(mut self) -> Result<V::Value, E> {
        self.value().visit_unit()?;
        self.inner.visit_none()
    }

    fn visit_unit<E: serde::de::Error>(mut self) -> Result<V::Value, E> {
        self.value().visit_unit()?;
        self.inner.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        let value = Checked::new(self.context, self.active, deserializer);
        self.inner.visit_some(value)
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, items: A) -> Result<V::Value, A::Error> {
        self.value().composite(Types::ARRAY)?;
        let Checked {
            context,
            active,
            inner,
        } = self;
        context.depth += 1;
        let mut schemas = Items::new(active);
        let value = inner.visit_seq(CheckedItems {
            context,
            schemas: &mut schemas,
            items,
        })?;
        context.depth -= 1;
        schemas.finish(context, SOMEWHERE)?;
        Ok(value)
    }

    fn visit_map<A: MapAccess<'de>>(mut self, members: A) -> Result<V::Value, A::Error> {
        self.value().composite(Types::OBJECT)?;
        let Checked {
            context,
            active,
            inner,
        } = self;
        context.depth += 1;
        let mut schemas = Members::new(active);
        let value = inner.visit_map(CheckedMembers {
            context,
            schemas: &mut schemas,
            member: Active::none(),
            members,
        })?;
        context.depth -= 1;
        schemas.finish(context, SOMEWHERE)?;
        Ok(value)
    }
}

impl<'de, S: Storage, T: DeserializeSeed<'de>> DeserializeSeed<'de> for Checked<'_, '_, S, T> {
    type Value = T::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T::Value, D::Error> {
        if !self.active.is_empty() && self.context.is_too_deep(self.context.depth) {
            return Err(stop());
        }
        let value = Checked::new(self.context, self.active, deserializer);
        self.inner.deserialize(value)
    }
}

/// The items of an array.
struct CheckedItems<'c, 'a, 's, S: Storage, A> {
    context: &'c mut Context<'s, S>,
    schemas: &'c mut Items<'a, 's, S>,
    items: A,
}

impl<'de, S: Storage, A: SeqAccess<'de>> SeqAccess<'de> for CheckedItems<'_, '_, '_, S, A> {
    type Error = A::Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, A::Error> {
        let active = self.schemas.next(self.context);
        let item = Checked::new(self.context, active, seed);
        let item = self.items.next_element_seed(item)?;
        if item.is_some() {
            self.schemas.step();
        }
        Ok(item)
    }

    fn size_hint(&self) -> Option<usize> {
        self.items.size_hint()
    }
}

/// The members of an object.
struct CheckedMembers<'c, 's, 'de, S: Storage, A> {
    context: &'c mut Context<'s, S>,
    schemas: &'c mut Members<'s, 'de, S>,
    /// The schemas of the value whose name was read last.
    member: Active<'s, S>,
    members: A,
}

impl<'de, S: Storage, A: MapAccess<'de>> MapAccess<'de> for CheckedMembers<'_, '_, 'de, S, A> {
    type Error = A::Error;

    fn next_key_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, A::Error> {
        let Some(name) = self.members.next_key_seed(Name)? else {
            return Ok(None);
        };
        self.member = self.schemas.next(self.context, &name, SOMEWHERE)?;
        let name: CowStrDeserializer<'_, A::Error> = name.into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, A::Error> {
        let member = Checked::new(self.context, &self.member, seed);
        self.members.next_value_seed(member)
    }

    fn size_hint(&self) -> Option<usize> {
        self.members.size_hint()
    }
}

/// The visitor of an enum, for a string that is the name of a variant.
struct Variant<V>(V);

impl<'de, V: Visitor<'de>> Visitor<'de> for Variant<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<V::Value, E> {
        self.0.visit_enum(name.into_deserializer())
    }
}
