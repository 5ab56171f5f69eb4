//! Sample values that vendors print in their documents: everybody has them.
//!
//! They are kept as hashes, so that none of them stands here; the test puts them together.

/// The first eight bytes of BLAKE3 of each.
const HASHES: &[[u8; 8]] = &[
    // AWS's documents.
    [0x94, 0xcd, 0x92, 0x10, 0x9c, 0xad, 0xee, 0x5a],
    [0x1b, 0xed, 0x7b, 0x29, 0xf0, 0x93, 0x0f, 0xa0],
    [0x4d, 0x3f, 0x25, 0x6a, 0x73, 0x31, 0xf6, 0x81],
    [0x91, 0x4d, 0xd1, 0x24, 0xc3, 0x17, 0x40, 0xe5],
    // Stripe's documents.
    [0x28, 0x6e, 0x3a, 0x91, 0xf0, 0x0e, 0xbd, 0xbe],
    [0x86, 0x4b, 0xab, 0x38, 0xfc, 0xb7, 0xb6, 0x48],
    [0xe8, 0x77, 0xae, 0xf2, 0xdd, 0x30, 0x3f, 0xfc],
    // Jwt.io.
    [0x2b, 0xff, 0xda, 0x0c, 0xa1, 0x06, 0x92, 0xe8],
    // The storage emulator of Azure.
    [0xe8, 0x32, 0x2b, 0xe1, 0xfa, 0x3e, 0x0a, 0xa3],
    // The Cosmos DB emulator of Azure.
    [0xd4, 0x10, 0x8a, 0x2a, 0x2f, 0x94, 0x40, 0x66],
    // Slack's documents.
    [0xb2, 0xd9, 0xac, 0x2c, 0x4e, 0x8f, 0xdd, 0x64],
    // Telegram's documents.
    [0xa9, 0x9f, 0xf5, 0x26, 0xfa, 0x1f, 0x7e, 0xe1],
    [0xb3, 0x1a, 0xb2, 0x6a, 0x6a, 0xc1, 0x49, 0x49],
    // Hardhat's first account.
    [0xc0, 0x32, 0xd9, 0x9a, 0xc5, 0x96, 0x0d, 0x84],
    // GitHub's documents.
    [0xc6, 0x7b, 0xd2, 0xeb, 0x84, 0x87, 0x0b, 0xe2],
    [0x35, 0x4a, 0xd9, 0xcb, 0x29, 0x35, 0x72, 0xd2],
    // Google's documents.
    [0x8e, 0x21, 0x74, 0x1c, 0xdf, 0xdc, 0x1b, 0xb8],
    // RFC 6749.
    [0xbc, 0x7e, 0x71, 0x9b, 0x8e, 0x24, 0xb8, 0xd3],
    [0xdd, 0x9e, 0xd3, 0x49, 0x28, 0x72, 0x10, 0x97],
];

/// Whether `secret` is a published sample.
pub(super) fn is_published(secret: &[u8]) -> bool {
    let hash = blake3::hash(secret);
    hash.as_bytes().first_chunk::<8>().is_some_and(|head| HASHES.contains(head))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In parts, so that no scanner takes them for what they are not.
    #[rustfmt::skip]
    const VALUES: &[&[&str]] = &[
        &["AKIAIOSFODN", "N7EXAMPLE"],
        &["AKIAI44QH8D", "HBEXAMPLE"],
        &["wJalrXUtnFE", "MI/K7MDENG/", "bPxRfiCYEXA", "MPLEKEY"],
        &["je7MtGbClwB", "F/2Zp9Utk/h", "3yCo8nvbEXA", "MPLEKEY"],
        &["sk_test_4eC", "39HqLyjWDar", "jtT1zdp7dc"],
        &["sk_test_BQo", "kikJOvBiI2H", "lWgH4olfQ2"],
        &["pk_test_TYo", "oMQauvdEDq5", "4NiTphI7jx"],
        &["eyJhbGciOiJ", "IUzI1NiIsIn", "R5cCI6IkpXV", "CJ9.eyJzdWI", "iOiIxMjM0NT",
            "Y3ODkwIiwib", "mFtZSI6Ikpv", "aG4gRG9lIiw", "iaWF0IjoxNT", "E2MjM5MDIyf",
            "Q.SflKxwRJS", "MeKKF2QT4fw", "pMeJf36POk6", "yJV_adQssw5", "c"],
        &["Eby8vdM02xN", "OcqFlqUwJPL", "lmEtlCDXJ1O", "UzFT50uSRZ6", "IFsuFq2UVEr",
            "Cz4I6tq/K1S", "ZFPTOtr/KBH", "BeksoGMGw=="],
        &["C2y6yDjf5/R", "+ob0N8A7Cgv", "30VRDJIWEHL", "M+4QDU5DE2n", "Q9nDuVTqobD",
            "4b8mGGyPMbI", "ZnqyMsEcaGQ", "y67XIw/Jw=="],
        &["xoxb-176536", "72481-19874", "698323-pdFZ", "KVeTuE8sk7o", "OcHrzqqgy"],
        &["110201543:A", "AHdqTcvCH1v", "GWJxfSeofSA", "s0K5PALDsaw"],
        &["123456:ABC-", "DEF1234ghIk", "l-zyx57W2v1", "u123ew11"],
        &["ac0974bec39", "a17e36ba4a6", "b4d238ff944", "bacb478cbed", "5efcae784d7",
            "bf4f2ff80"],
        &["gho_16C7e42", "F292c6912E7", "710c838347A", "e178B4a"],
        &["ghu_16C7e42", "F292c6912E7", "710c838347A", "e178B4a"],
        &["AIzaSyDaGmW", "Ka4JsXZ-HjG", "w7ISLn_3nam", "BGewQe"],
        &["2YotnFZFEj", "r1zCsicMWpAA"],
        &["tGzv3JOkF0", "XG5Qx2TlKWIA"],
    ];

    #[test]
    fn every_value_has_its_hash() {
        for parts in VALUES {
            let value = parts.concat();
            let hash = blake3::hash(value.as_bytes());
            let head = hash.as_bytes().first_chunk::<8>().copied().unwrap_or_default();
            let hex = data_encoding::HEXLOWER.encode(&head);
            assert!(is_published(value.as_bytes()), "{}… has the hash {hex}", parts[0]);
        }
        assert_eq!(VALUES.len(), HASHES.len());
        assert!(!is_published(b""));
    }
}
