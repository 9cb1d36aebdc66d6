//! The bytes in which JavaScript hands requests over are read as the same requests in JSON.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

use keyrack::decide::request::Request;
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Golden {
    request: Value,
    postcard: String,
}

#[test]
fn requests_mean_the_same_as_bytes_and_as_json() {
    let text = std::fs::read_to_string("tests/js/golden/requests.json").unwrap();
    let all: Vec<Golden> = serde_json::from_str(&text).unwrap();
    assert!(all.len() > 10, "the file holds too little");
    for Golden { request, postcard } in &all {
        let bytes = from_hex(postcard);
        let (read, rest) = postcard::take_from_bytes::<Request>(&bytes).unwrap();
        assert!(rest.is_empty(), "{request}");
        let json = request.to_string();
        let expected: Request = serde_json::from_str(&json).unwrap();
        assert_eq!(read, expected, "{request}");
    }
}

#[test]
fn what_rust_writes_is_read_back_as_bytes_and_as_json() {
    let text = std::fs::read_to_string("tests/js/golden/requests.json").unwrap();
    let all: Vec<Golden> = serde_json::from_str(&text).unwrap();
    for Golden { request, .. } in &all {
        let json = request.to_string();
        let told: Request = serde_json::from_str(&json).unwrap();
        let bytes = postcard::to_allocvec(&told).unwrap();
        let (read, rest) = postcard::take_from_bytes::<Request>(&bytes).unwrap();
        assert!(rest.is_empty(), "{request}");
        assert_eq!(read, told, "{request}");
        let json = serde_json::to_string(&told).unwrap();
        assert_eq!(
            serde_json::from_str::<Request>(&json).unwrap(),
            told,
            "{request}"
        );
    }
}

#[test]
fn a_request_cut_short_anywhere_is_no_request() {
    let text = std::fs::read_to_string("tests/js/golden/requests.json").unwrap();
    let all: Vec<Golden> = serde_json::from_str(&text).unwrap();
    for Golden { postcard, .. } in &all {
        let bytes = from_hex(postcard);
        for end in 0..bytes.len() {
            assert!(postcard::take_from_bytes::<Request>(&bytes[..end]).is_err());
        }
    }
}

fn from_hex(text: &str) -> Vec<u8> {
    (0..text.len() / 2)
        .map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).unwrap())
        .collect()
}
