//! Plain data as JSON text, for answers that are asked for rarely. Small instead of complete: it
//! knows what the types of [`crate::ffi`] consist of, and refuses the rest.

use alloc::{string::String, vec::Vec};
use core::fmt;

use serde::{
    Serialize, Serializer,
    ser::{self, SerializeMap, SerializeSeq, SerializeStruct},
};

/// A value as JSON; empty where it has a form that is not written.
pub fn write(value: &impl Serialize) -> String {
    let mut text = Vec::new();
    if value.serialize(&mut Writer(&mut text)).is_err() {
        text.clear();
    }
    String::from_utf8(text).unwrap_or_default()
}

struct Writer<'t>(&'t mut Vec<u8>);

/// A list or an object that is not finished.
struct Open<'w, 't> {
    writer: &'w mut Writer<'t>,
    first: bool,
    close: u8,
}

/// A form that is not written.
#[derive(Debug)]
struct Unwritten;

impl fmt::Display for Unwritten {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl core::error::Error for Unwritten {}

impl ser::Error for Unwritten {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

type Written<T = ()> = Result<T, Unwritten>;

impl<'t> Writer<'t> {
    fn word(&mut self, word: &str) -> Written {
        self.0.extend_from_slice(word.as_bytes());
        Ok(())
    }

    fn number(&mut self, negative: bool, mut size: u64) -> Written {
        let mut digits = [b'0'; 20];
        let mut used = 0_usize;
        for digit in digits.iter_mut().rev() {
            *digit = u8::try_from(size % 10).unwrap_or_default() | b'0';
            size /= 10;
            used = used.saturating_add(1);
            if size == 0 {
                break;
            }
        }
        if negative {
            self.0.push(b'-');
        }
        let start = digits.len().saturating_sub(used);
        self.0
            .extend_from_slice(digits.get(start..).unwrap_or_default());
        Ok(())
    }

    fn open<'w>(&'w mut self, open: u8, close: u8) -> Open<'w, 't> {
        self.0.push(open);
        Open {
            writer: self,
            first: true,
            close,
        }
    }
}

impl Open<'_, '_> {
    fn next(&mut self) {
        if !self.first {
            self.writer.0.push(b',');
        }
        self.first = false;
    }

    fn value(&mut self, value: &(impl Serialize + ?Sized)) -> Written {
        value.serialize(&mut *self.writer)
    }

    fn finish(self) -> Written {
        self.writer.0.push(self.close);
        Ok(())
    }
}

/// Forms that no answer has.
macro_rules! unwritten {
    ($($method:ident($($argument:ty),*) -> $result:ty;)+) => {
        $(fn $method(self, $(_: $argument),*) -> Written<$result> { Err(Unwritten) })+
    };
}

/// Whole numbers by way of the widest.
macro_rules! numbers {
    ($($method:ident($from:ty) by $to:ident;)+) => {
        $(fn $method(self, value: $from) -> Written { self.$to(value.into()) })+
    };
}

impl<'w, 't> Serializer for &'w mut Writer<'t> {
    type Ok = ();
    type Error = Unwritten;
    type SerializeSeq = Open<'w, 't>;
    type SerializeMap = Open<'w, 't>;
    type SerializeStruct = Open<'w, 't>;
    type SerializeTuple = ser::Impossible<(), Unwritten>;
    type SerializeTupleStruct = ser::Impossible<(), Unwritten>;
    type SerializeTupleVariant = ser::Impossible<(), Unwritten>;
    type SerializeStructVariant = ser::Impossible<(), Unwritten>;

    numbers! {
        serialize_i8(i8) by serialize_i64;
        serialize_i16(i16) by serialize_i64;
        serialize_i32(i32) by serialize_i64;
        serialize_u8(u8) by serialize_u64;
        serialize_u16(u16) by serialize_u64;
        serialize_u32(u32) by serialize_u64;
    }

    unwritten! {
        serialize_f32(f32) -> ();
        serialize_f64(f64) -> ();
        serialize_char(char) -> ();
        serialize_bytes(&[u8]) -> ();
        serialize_unit_struct(&'static str) -> ();
        serialize_tuple(usize) -> Self::SerializeTuple;
        serialize_tuple_struct(&'static str, usize) -> Self::SerializeTupleStruct;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Self::SerializeTupleVariant;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> Self::SerializeStructVariant;
    }

    fn serialize_bool(self, value: bool) -> Written {
        self.word(if value { "true" } else { "false" })
    }

    fn serialize_i64(self, value: i64) -> Written {
        self.number(value < 0, value.unsigned_abs())
    }

    fn serialize_u64(self, value: u64) -> Written {
        self.number(false, value)
    }

    fn serialize_str(self, text: &str) -> Written {
        const HEX: &[u8; 16] = b"0123456789abcdef";
        let hex = |digit: u8| HEX.get(usize::from(digit)).copied().unwrap_or_default();
        self.0.push(b'"');
        for byte in text.bytes() {
            match byte {
                b'"' | b'\\' => self.0.extend_from_slice(&[b'\\', byte]),
                0..0x20 => {
                    self.word("\\u00")?;
                    self.0.extend_from_slice(&[hex(byte >> 4), hex(byte & 15)]);
                }
                _ => self.0.push(byte),
            }
        }
        self.0.push(b'"');
        Ok(())
    }

    fn serialize_none(self) -> Written {
        self.word("null")
    }

    fn serialize_unit(self) -> Written {
        self.word("null")
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Written {
        value.serialize(self)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, name: &'static str) -> Written {
        self.serialize_str(name)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Written {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Written {
        Err(Unwritten)
    }

    fn serialize_seq(self, _: Option<usize>) -> Written<Self::SerializeSeq> {
        Ok(self.open(b'[', b']'))
    }

    fn serialize_map(self, _: Option<usize>) -> Written<Self::SerializeMap> {
        Ok(self.open(b'{', b'}'))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Written<Self::SerializeStruct> {
        Ok(self.open(b'{', b'}'))
    }
}

impl SerializeSeq for Open<'_, '_> {
    type Ok = ();
    type Error = Unwritten;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Written {
        self.next();
        self.value(value)
    }

    fn end(self) -> Written {
        self.finish()
    }
}

impl SerializeMap for Open<'_, '_> {
    type Ok = ();
    type Error = Unwritten;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Written {
        self.next();
        self.value(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Written {
        self.writer.0.push(b':');
        self.value(value)
    }

    fn end(self) -> Written {
        self.finish()
    }
}

impl SerializeStruct for Open<'_, '_> {
    type Ok = ();
    type Error = Unwritten;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Written {
        self.serialize_key(name)?;
        self.serialize_value(value)
    }

    fn end(self) -> Written {
        self.finish()
    }
}
