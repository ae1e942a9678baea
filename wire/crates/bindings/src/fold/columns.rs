//! Columns of many batches as one: words as numbers, numbers as they are.

use arrow_array::cast::AsArray;
use arrow_array::types::{Int32Type, Int64Type, TimestampNanosecondType, UInt16Type, UInt64Type};
use arrow_array::{Array, ArrayRef, DictionaryArray, Int32Array, StringArray};
use arrow_schema::{DataType, TimeUnit};
use hinomi_records::{ArrowError, RecordBatch};
use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

/// The number that stands for "no word".
pub const NOTHING: u32 = u32::MAX;

/// A column of words: the distinct ones, and each row's number among them.
#[derive(Default)]
pub struct Words {
    words: Vec<String>,
    numbers: HashMap<String, u32>,
    rows: Vec<u32>,
}

fn wrong(name: &str, kind: &DataType) -> ArrowError {
    ArrowError::SchemaError(format!("column {name} is {kind}"))
}

impl Words {
    /// The column `name`; where it is missing every word is empty.
    pub fn read(batches: &[RecordBatch], name: &str) -> Result<Words, ArrowError> {
        let mut made = Words::default();
        for batch in batches {
            let Some(column) = batch.column_by_name(name) else {
                let empty = made.number("");
                made.rows.resize(made.rows.len() + batch.num_rows(), empty);
                continue;
            };
            if let Some(dictionary) = column.as_dictionary_opt::<Int32Type>() {
                let words = dictionary.values().as_string_opt::<i32>().ok_or_else(|| wrong(name, column.data_type()))?;
                let own: Vec<u32> = words.iter().map(|word| word.map_or(NOTHING, |word| made.number(word))).collect();
                let place = |key: Option<i32>| key.and_then(|key| usize::try_from(key).ok()).and_then(|key| own.get(key).copied());
                made.rows.extend(dictionary.keys().iter().map(|key| place(key).unwrap_or(NOTHING)));
            } else if let Some(words) = column.as_string_opt::<i32>() {
                for word in words {
                    let number = word.map_or(NOTHING, |word| made.number(word));
                    made.rows.push(number);
                }
            } else {
                return Err(wrong(name, column.data_type()));
            }
        }
        Ok(made)
    }

    fn number(&mut self, word: &str) -> u32 {
        // Rows of a kind come in runs.
        if let Some(before) = self.rows.last().filter(|before| self.word(**before) == Some(word)) {
            return *before;
        }
        if let Some(known) = self.numbers.get(word) {
            return *known;
        }
        let new = u32::try_from(self.words.len()).unwrap_or(NOTHING);
        self.words.push(word.to_owned());
        self.numbers.insert(word.to_owned(), new);
        new
    }

    pub fn word(&self, number: u32) -> Option<&str> {
        usize::try_from(number).ok().and_then(|at| self.words.get(at)).map(String::as_str)
    }

    /// The number of a row's word.
    pub fn at(&self, row: usize) -> u32 {
        self.rows.get(row).copied().unwrap_or(NOTHING)
    }

    /// The word of a row.
    pub fn of(&self, row: usize) -> Option<&str> {
        self.word(self.at(row))
    }

    /// In the order of the alphabet; no word comes last.
    pub fn compare(&self, one: u32, other: u32) -> Ordering {
        if one == other {
            return Ordering::Equal;
        }
        let (one, other) = (self.word(one), self.word(other));
        one.is_none().cmp(&other.is_none()).then_with(|| one.cmp(&other))
    }

    /// Numbers → a column whose words are numbered as they come.
    pub fn dictionary(&self, numbers: impl Iterator<Item = u32>) -> Result<ArrayRef, ArrowError> {
        let mut places: Vec<Option<i32>> = vec![None; self.words.len()];
        let mut used = Vec::new();
        let mut keys = Vec::new();
        for number in numbers {
            let place = usize::try_from(number).ok().and_then(|at| places.get_mut(at));
            keys.push(match (place, self.word(number)) {
                (Some(place), Some(word)) => Some(*place.get_or_insert_with(|| {
                    used.push(word);
                    i32::try_from(used.len()).unwrap_or(i32::MAX) - 1
                })),
                _ => None,
            });
        }
        Ok(Arc::new(DictionaryArray::<Int32Type>::try_new(Int32Array::from(keys), Arc::new(StringArray::from(used)))?))
    }

    /// Numbers → a plain column of words.
    pub fn strings(&self, numbers: impl Iterator<Item = u32>) -> ArrayRef {
        Arc::new(numbers.map(|number| self.word(number)).collect::<StringArray>())
    }
}

/// A column of numbers that are not below zero, `default` for null and for a missing column.
pub fn counts(batches: &[RecordBatch], name: &str, default: u64) -> Result<Vec<u64>, ArrowError> {
    let mut made = Vec::new();
    for batch in batches {
        match batch.column_by_name(name) {
            None => made.resize(made.len() + batch.num_rows(), default),
            Some(column) => match column.data_type() {
                DataType::UInt64 => made.extend(column.as_primitive::<UInt64Type>().iter().map(|n| n.unwrap_or(default))),
                DataType::UInt16 => made.extend(column.as_primitive::<UInt16Type>().iter().map(|n| n.map_or(default, u64::from))),
                kind => return Err(wrong(name, kind)),
            },
        }
    }
    Ok(made)
}

/// A column of times, UTC nanoseconds.
pub fn times(batches: &[RecordBatch], name: &str) -> Result<Vec<i64>, ArrowError> {
    let mut made = Vec::new();
    for batch in batches {
        match batch.column_by_name(name) {
            None => made.resize(made.len() + batch.num_rows(), 0),
            Some(column) => match column.data_type() {
                DataType::Int64 => made.extend(column.as_primitive::<Int64Type>().iter().map(Option::unwrap_or_default)),
                DataType::Timestamp(TimeUnit::Nanosecond, _) => {
                    made.extend(column.as_primitive::<TimestampNanosecondType>().iter().map(Option::unwrap_or_default));
                }
                kind => return Err(wrong(name, kind)),
            },
        }
    }
    Ok(made)
}

/// The number of a row, 0 past the end.
pub fn at<T: Copy + Default>(numbers: &[T], row: usize) -> T {
    numbers.get(row).copied().unwrap_or_default()
}
