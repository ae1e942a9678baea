//! CRC-64 of bodies: polynomial 42F0E1EBA9EA3693 (ECMA-182), no reflection, starts at zero.

const POLYNOMIAL: u64 = 0x42f0_e1eb_a9ea_3693;

const fn table() -> [u64; 256] {
    let mut out = [0u64; 256];
    let mut rest: &mut [u64] = &mut out;
    let mut byte: u64 = 0;
    while let Some((slot, more)) = rest.split_first_mut() {
        let mut crc = byte << 56;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc >> 63 == 1 { (crc << 1) ^ POLYNOMIAL } else { crc << 1 };
            bit += 1;
        }
        *slot = crc;
        byte += 1;
        rest = more;
    }
    out
}

static TABLE: [u64; 256] = table();

pub fn crc64(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0u64, |crc, b| {
        let [top, ..] = crc.to_be_bytes();
        TABLE.get(usize::from(top ^ b)).copied().unwrap_or(0) ^ (crc << 8)
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_check_value_of_ecma_182_comes_out() {
        assert_eq!(super::crc64(b"123456789"), 0x6c40_df5f_0b49_7347);
    }
}
