//! Texts of the wire: character sets, masks of identifiers, heads of files seen over shares.

use hinomi_dissect::{charset, mask, mfer, ssmix2};
use hinomi_model::Keys;

/// One byte for the character sets, then a text.
pub fn words(input: &[u8]) {
    let Some((which, bytes)) = input.split_first() else { return };
    let keys = Keys::new([7; 32]);
    let terms = ["", "ISO_IR 100", "ISO_IR 13", "ISO 2022 IR 87", "ISO 2022 IR 159", "ISO_IR 192", "GB18030", "ISO 2022 IR 149"];
    let picked = |shift: u8| terms.get(usize::from(which >> shift & 7)).and_then(|t| charset::dicom_term(t));
    let sets: Vec<_> = [picked(0), picked(3), Some(charset::guess(bytes))].into_iter().flatten().collect();
    let text = charset::decode(bytes, &sets);
    let _ = (mask::target(&text, &keys), mask::file(&text, &keys), mask::user(&text, &keys), mask::decode(&text));
    let _ = (mask::looks_like_id(&text), mask::base64(&text), ssmix2::path(&text, &keys), mfer::head(bytes, &keys).is_some());
}
