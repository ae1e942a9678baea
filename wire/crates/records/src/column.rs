//! Kinds of columns. Each takes one value per row and gives an Arrow array when the batch ends.

use arrow_array::builder::{Float32Builder, ListBuilder, PrimitiveBuilder, StringBuilder};
use arrow_array::types::{ArrowPrimitiveType, Int32Type, TimestampNanosecondType};
use arrow_array::{ArrayRef, DictionaryArray, Int32Array, PrimitiveArray, RecordBatch, StringArray};
use arrow_buffer::ScalarBuffer;
use arrow_schema::{ArrowError, DataType, Field, TimeUnit};
use hinomi_model::Mac;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

pub type TimeNs = TimestampNanosecondType;

/// Where the rows of a run come from: said once per batch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    pub site: String,
    pub sensor: String,
    pub capture: String,
}

pub fn time_type() -> DataType {
    DataType::Timestamp(TimeUnit::Nanosecond, Some("UTC".into()))
}

pub fn word_type() -> DataType {
    DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
}

pub fn float_list_type() -> DataType {
    DataType::List(Arc::new(Field::new("item", DataType::Float32, true)))
}

/// A dictionary column with one value on every row.
pub fn constant(value: &str, rows: usize) -> Result<ArrayRef, ArrowError> {
    let values = StringArray::from(vec![value]);
    let keys = Int32Array::from(vec![0i32; rows]);
    Ok(Arc::new(DictionaryArray::<Int32Type>::try_new(keys, Arc::new(values))?))
}

/// The batch with another `capture` on its rows: the name of a capture is known only when all of its
/// bytes were hashed, later than its first rows are made.
pub fn with_capture(batch: &RecordBatch, capture: &str) -> Result<RecordBatch, ArrowError> {
    let place = batch.schema_ref().index_of("capture")?;
    let mut columns = batch.columns().to_vec();
    if let Some(column) = columns.get_mut(place) {
        *column = constant(capture, batch.num_rows())?;
    }
    RecordBatch::try_new(batch.schema(), columns)
}

/// Numbers and times that are never null.
pub struct Plain<P: ArrowPrimitiveType> {
    values: Vec<P::Native>,
}

impl<P: ArrowPrimitiveType> Default for Plain<P> {
    fn default() -> Self {
        Plain { values: Vec::new() }
    }
}

impl<P: ArrowPrimitiveType> Plain<P> {
    pub fn push(&mut self, value: P::Native) {
        self.values.push(value);
    }

    pub fn finish(&mut self) -> Result<ArrayRef, ArrowError> {
        let values = ScalarBuffer::from(std::mem::take(&mut self.values));
        zoned(PrimitiveArray::<P>::try_new(values, None)?)
    }
}

/// Numbers and times that may be null.
pub struct Maybe<P: ArrowPrimitiveType> {
    values: PrimitiveBuilder<P>,
}

impl<P: ArrowPrimitiveType> Default for Maybe<P> {
    fn default() -> Self {
        Maybe { values: PrimitiveBuilder::new() }
    }
}

impl<P: ArrowPrimitiveType> Maybe<P> {
    pub fn push(&mut self, value: Option<P::Native>) {
        self.values.append_option(value);
    }

    pub fn finish(&mut self) -> Result<ArrayRef, ArrowError> {
        zoned(self.values.finish())
    }
}

/// Times carry their zone in the type.
fn zoned<P: ArrowPrimitiveType>(array: PrimitiveArray<P>) -> Result<ArrayRef, ArrowError> {
    if let DataType::Timestamp(unit, None) = P::DATA_TYPE {
        let zoned = array.with_data_type(DataType::Timestamp(unit, Some("UTC".into())));
        return Ok(Arc::new(zoned));
    }
    Ok(Arc::new(array))
}

/// Distinct words of one batch, numbered in the order in which they came.
#[derive(Default)]
struct Lexicon {
    words: Vec<String>,
    /// For each word the one that came behind it last: rows come in runs and rounds.
    behind: Vec<i32>,
    numbers: HashMap<String, i32>,
    last: i32,
}

fn place(number: i32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

impl Lexicon {
    fn is(&self, number: i32, word: &str) -> bool {
        self.words.get(place(number)).is_some_and(|w| w == word)
    }

    fn number(&mut self, word: &str) -> i32 {
        if self.is(self.last, word) {
            return self.last;
        }
        let guess = self.behind.get(place(self.last)).copied().unwrap_or(0);
        let number = if self.is(guess, word) { guess } else { self.look_up(word) };
        if let Some(behind) = self.behind.get_mut(place(self.last)) {
            *behind = number;
        }
        self.last = number;
        number
    }

    fn look_up(&mut self, word: &str) -> i32 {
        if let Some(n) = self.numbers.get(word) {
            return *n;
        }
        let n = i32::try_from(self.words.len()).unwrap_or(i32::MAX);
        self.words.push(word.to_owned());
        self.behind.push(0);
        self.numbers.insert(word.to_owned(), n);
        n
    }

    fn finish(&mut self) -> ArrayRef {
        let words = std::mem::take(&mut self.words);
        self.behind.clear();
        self.numbers.clear();
        self.last = 0;
        Arc::new(StringArray::from_iter_values(words))
    }
}

/// Few distinct texts, dictionary-encoded.
#[derive(Default)]
pub struct Words {
    keys: Vec<i32>,
    lexicon: Lexicon,
}

impl Words {
    pub fn push(&mut self, word: &str) {
        let number = self.lexicon.number(word);
        self.keys.push(number);
    }

    pub fn finish(&mut self) -> Result<ArrayRef, ArrowError> {
        let keys = Int32Array::from(std::mem::take(&mut self.keys));
        Ok(Arc::new(DictionaryArray::<Int32Type>::try_new(keys, self.lexicon.finish())?))
    }
}

#[derive(Default)]
pub struct MaybeWords {
    keys: PrimitiveBuilder<Int32Type>,
    lexicon: Lexicon,
}

impl MaybeWords {
    pub fn push(&mut self, word: Option<&str>) {
        let number = word.map(|w| self.lexicon.number(w));
        self.keys.append_option(number);
    }

    pub fn finish(&mut self) -> Result<ArrayRef, ArrowError> {
        let keys = self.keys.finish();
        Ok(Arc::new(DictionaryArray::<Int32Type>::try_new(keys, self.lexicon.finish())?))
    }
}

#[derive(Default)]
pub struct Texts {
    values: StringBuilder,
}

impl Texts {
    pub fn push(&mut self, text: &str) {
        self.values.append_value(text);
    }

    pub fn bytes(&self) -> usize {
        self.values.values_slice().len()
    }

    pub fn finish(&mut self) -> Result<ArrayRef, ArrowError> {
        Ok(Arc::new(self.values.finish()))
    }
}

#[derive(Default)]
pub struct MaybeTexts {
    values: StringBuilder,
}

impl MaybeTexts {
    pub fn push(&mut self, text: Option<&str>) {
        self.values.append_option(text);
    }

    pub fn bytes(&self) -> usize {
        self.values.values_slice().len()
    }

    pub fn finish(&mut self) -> Result<ArrayRef, ArrowError> {
        Ok(Arc::new(self.values.finish()))
    }
}

/// Ethernet addresses as text; none is the empty text.
#[derive(Default)]
pub struct Macs {
    values: StringBuilder,
    /// The one before, as text.
    before: Mac,
    text: [u8; 17],
}

impl Macs {
    pub fn push(&mut self, mac: Mac) {
        if mac == Mac::NONE {
            self.values.append_value("");
            return;
        }
        if mac != self.before {
            self.before = mac;
            self.text = [b':'; 17];
            for (place, byte) in self.text.chunks_mut(3).zip(mac.0) {
                for (digit, nibble) in place.iter_mut().zip([byte >> 4, byte & 15]) {
                    *digit = if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 };
                }
            }
        }
        self.values.append_value(std::str::from_utf8(&self.text).unwrap_or(""));
    }

    pub fn finish(&mut self) -> Result<ArrayRef, ArrowError> {
        Ok(Arc::new(self.values.finish()))
    }
}

/// IP addresses as text (IPv6 as RFC 5952 writes it); none is the empty text.
#[derive(Default)]
pub struct Ips {
    values: StringBuilder,
}

impl Ips {
    pub fn push(&mut self, ip: Option<IpAddr>) {
        match ip {
            Some(IpAddr::V4(ip)) => {
                let mut text = [b'.'; 15];
                let mut len = 0usize;
                let mut put = |byte: u8| {
                    if let Some(place) = text.get_mut(len) {
                        *place = byte;
                    }
                    len += 1;
                };
                for (n, part) in ip.octets().into_iter().enumerate() {
                    if n > 0 {
                        put(b'.');
                    }
                    if part >= 100 {
                        put(b'0' + part / 100);
                    }
                    if part >= 10 {
                        put(b'0' + part / 10 % 10);
                    }
                    put(b'0' + part % 10);
                }
                let text = text.get(..len).and_then(|t| std::str::from_utf8(t).ok());
                self.values.append_value(text.unwrap_or(""));
            }
            Some(IpAddr::V6(ip)) => self.values.append_value(ip.to_string()),
            None => self.values.append_value(""),
        }
    }

    pub fn finish(&mut self) -> Result<ArrayRef, ArrowError> {
        Ok(Arc::new(self.values.finish()))
    }
}

#[derive(Default)]
pub struct FloatLists {
    values: ListBuilder<Float32Builder>,
}

impl FloatLists {
    pub fn push(&mut self, list: &[f32]) {
        self.values.values().append_slice(list);
        self.values.append(true);
    }

    pub fn bytes(&self) -> usize {
        self.values.values_ref().values_slice().len().saturating_mul(4)
    }

    pub fn finish(&mut self) -> Result<ArrayRef, ArrowError> {
        Ok(Arc::new(self.values.finish()))
    }
}

#[derive(Default)]
pub struct MaybeFloatLists {
    values: ListBuilder<Float32Builder>,
}

impl MaybeFloatLists {
    pub fn push(&mut self, list: Option<&[f32]>) {
        self.values.values().append_slice(list.unwrap_or(&[]));
        self.values.append(list.is_some());
    }

    pub fn bytes(&self) -> usize {
        self.values.values_ref().values_slice().len().saturating_mul(4)
    }

    pub fn finish(&mut self) -> Result<ArrayRef, ArrowError> {
        Ok(Arc::new(self.values.finish()))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;
    use crate::FlowColumns;
    use arrow_array::Array;
    use arrow_array::cast::AsArray;
    use hinomi_model::rows;
    use std::net::{Ipv4Addr, Ipv6Addr};

    #[test]
    fn addresses_read_as_people_write_them() {
        let mut ips = Ips::default();
        for ip in [Ipv4Addr::new(0, 7, 42, 255), Ipv4Addr::new(100, 10, 9, 199)] {
            ips.push(Some(IpAddr::V4(ip)));
        }
        ips.push(Some(IpAddr::V6(Ipv6Addr::LOCALHOST)));
        ips.push(None);
        let made = ips.finish().unwrap();
        let texts: Vec<_> = made.as_string::<i32>().iter().flatten().map(str::to_owned).collect();
        assert_eq!(texts, ["0.7.42.255", "100.10.9.199", "::1", ""]);
        let mut macs = Macs::default();
        macs.push(Mac([0, 0x1b, 0x21, 0xaf, 9, 0xf0]));
        macs.push(Mac::NONE);
        let made = macs.finish().unwrap();
        assert_eq!(made.as_string::<i32>().value(0), "00:1b:21:af:09:f0");
        assert_eq!(made.as_string::<i32>().value(1), "");
    }

    #[test]
    fn a_second_batch_starts_from_nothing() {
        let mut columns = FlowColumns::default();
        let origin = Origin { site: "s".into(), sensor: "t".into(), capture: "c".into() };
        for phase in ["open", "end", "live", "open", "x", "y", "z", "x"] {
            columns.push(&rows::Flow { phase, service: Some("dicom"), ..Default::default() });
        }
        let first = columns.finish(&origin).unwrap();
        assert_eq!(first.num_rows(), 8);
        columns.push(&rows::Flow { phase: "end", ..Default::default() });
        let second = columns.finish(&origin).unwrap();
        assert_eq!(second.num_rows(), 1);
        let phase = second.column_by_name("phase").unwrap().as_dictionary::<Int32Type>();
        assert_eq!(phase.values().as_string::<i32>().value(0), "end");
        let service = second.column_by_name("service").unwrap();
        assert_eq!(service.null_count(), 1);
        assert_eq!(second.column_by_name("site").unwrap().len(), 1);
    }
}
