//! Scalars as values, without the detour through JSON text: most parameters are one.

use std::fmt;

use serde::ser::{Error, Impossible, Serialize, Serializer};

use super::Value;

/// Converts a scalar; `None` for any other value, and for floats, whose digits JSON text decides.
pub(super) fn value_of<T: Serialize + ?Sized>(value: &T) -> Option<Value> {
    value.serialize(Scalar).ok()
}

struct Scalar;

/// The error of a value that is not a scalar. Nobody reads it.
#[derive(Debug, thiserror::Error)]
#[error("no scalar")]
struct NoScalar;

impl Error for NoScalar {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

macro_rules! integers {
    ($($method:ident($integer:ty))*) => {$(
        fn $method(self, integer: $integer) -> Result<Value, NoScalar> {
            Ok(Value::Number(integer.to_string().into()))
        }
    )*};
}

impl Serializer for Scalar {
    type Ok = Value;
    type Error = NoScalar;
    type SerializeSeq = Impossible<Value, NoScalar>;
    type SerializeTuple = Impossible<Value, NoScalar>;
    type SerializeTupleStruct = Impossible<Value, NoScalar>;
    type SerializeTupleVariant = Impossible<Value, NoScalar>;
    type SerializeMap = Impossible<Value, NoScalar>;
    type SerializeStruct = Impossible<Value, NoScalar>;
    type SerializeStructVariant = Impossible<Value, NoScalar>;

    integers! {
        serialize_i8(i8)
        serialize_i16(i16)
        serialize_i32(i32)
        serialize_i64(i64)
        serialize_i128(i128)
        serialize_u8(u8)
        serialize_u16(u16)
        serialize_u32(u32)
        serialize_u64(u64)
        serialize_u128(u128)
    }

    fn serialize_bool(self, value: bool) -> Result<Value, NoScalar> {
        Ok(Value::Boolean(value))
    }

    fn serialize_f32(self, _: f32) -> Result<Value, NoScalar> {
        Err(NoScalar)
    }

    fn serialize_f64(self, _: f64) -> Result<Value, NoScalar> {
        Err(NoScalar)
    }

    fn serialize_char(self, character: char) -> Result<Value, NoScalar> {
        Ok(Value::String(character.into()))
    }

    fn serialize_str(self, text: &str) -> Result<Value, NoScalar> {
        Ok(Value::String(text.to_owned()))
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<Value, NoScalar> {
        Err(NoScalar)
    }

    fn serialize_none(self) -> Result<Value, NoScalar> {
        Ok(Value::Null)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Value, NoScalar> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Value, NoScalar> {
        Ok(Value::Null)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Value, NoScalar> {
        Ok(Value::Null)
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<Value, NoScalar> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<Value, NoScalar> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<Value, NoScalar> {
        Err(NoScalar)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq, NoScalar> {
        Err(NoScalar)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, NoScalar> {
        Err(NoScalar)
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleStruct, NoScalar> {
        Err(NoScalar)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, NoScalar> {
        Err(NoScalar)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, NoScalar> {
        Err(NoScalar)
    }

    fn serialize_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStruct, NoScalar> {
        Err(NoScalar)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, NoScalar> {
        Err(NoScalar)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Serialize;

    use super::{Value, value_of};

    #[derive(Serialize)]
    enum Kind {
        #[serde(rename = "root volume")]
        Root,
        Sized(u8),
    }

    #[derive(Serialize)]
    struct Wrapped(Option<Kind>);

    fn of<T: Serialize>(value: T) -> Option<Value> {
        let direct = value_of(&value);
        let json = serde_json::to_string(&value).expect("this can be JSON");
        if let Some(direct) = &direct {
            assert_eq!(Value::parse(&json).ok().as_ref(), Some(direct));
        }
        direct
    }

    #[test]
    fn scalars_are_what_their_json_is() {
        assert_eq!(of("a\"b"), Some(Value::String("a\"b".to_owned())));
        assert!(of('ä').is_some() && of(true).is_some() && of(()).is_some());
        assert!(of(i128::MIN).is_some() && of(u64::MAX).is_some() && of(-7_i8).is_some());
        assert!(of(Some("")).is_some() && of(None::<u8>).is_some());
        assert!(of(Wrapped(Some(Kind::Root))).is_some() && of(Wrapped(None)).is_some());
    }

    #[test]
    fn other_values_are_left_to_json() {
        assert!(of(0.1).is_none() && of(0.1_f32).is_none());
        assert!(of([1, 2]).is_none() && of((1, "a")).is_none());
        assert!(of(Wrapped(Some(Kind::Sized(1)))).is_none());
        assert!(of(BTreeMap::from([("a", 1)])).is_none());
    }
}
