//! One request as JSON, as a line or alone.

pub(crate) use keyrack::decide::request::form::{Malformed, read};

/// The longest request that is read: far above any real one.
pub(crate) const MAX_REQUEST_BYTES: usize = 1 << 20;

#[cfg(test)]
mod tests {
    use super::read;

    fn code(text: &str) -> &'static str {
        read(text).expect_err("malformed").code
    }

    #[test]
    fn a_key_that_stands_twice_is_refused_however_it_is_spelt_and_however_deep() {
        assert_eq!(
            code(r#"{"subject":"a","subject":"b"}"#),
            "request_duplicate_key"
        );
        assert_eq!(
            code(r#"{"subject":"a","\u0073ubject":"b"}"#),
            "request_duplicate_key"
        );
        let deep = r#"{"assignment":{"conditions":{"budgets":[{"id":"a","id":"b"}]}}}"#;
        assert_eq!(code(deep), "request_duplicate_key");
    }

    #[test]
    fn a_list_is_not_read_by_position() {
        for listed in [
            r#""amount":[4200,"EUR"]"#,
            r#""resource":["order","o1"]"#,
            r#""fields":[["$.id"]]"#,
            r#""auth":["session",1]"#,
            r#""auth":{"proofs":[["sam","s","order.view",3,1]]}"#,
            r#""approvals":[["mo","sam"]]"#,
            r#""approvals":[{"amount":[1,"EUR"]}]"#,
            r#""usage":[["b",1,1]]"#,
            r#""assignment":["sam"]"#,
            r#""assignment":{"valid":[1,2]}"#,
            r#""assignment":{"conditions":[[]]}"#,
            r#""assignment":{"conditions":{"limits":[["order.refund","EUR",1,2]]}}"#,
            r#""assignment":{"conditions":{"hours":[["Europe/Paris",[1],"08:00","09:00"]]}}"#,
        ] {
            let text = format!(r#"{{"subject":"sam","permission":"order.view",{listed}}}"#);
            assert_eq!(code(&text), "request_invalid", "{text}");
        }
        // What the host calls its attributes is its own affair.
        let free = r#"{"subject":"sam","permission":"order.view","resource":
            {"type":"order","id":"o1","attributes":{"auth":["a"],"limits":["b"]}}}"#;
        assert!(read(free).is_ok());
    }

    #[test]
    fn each_mistake_has_its_code() {
        assert_eq!(code("  "), "request_empty");
        assert_eq!(code(r#"{"subject":"#), "request_malformed");
        assert_eq!(code(r#"[null,"subject"]"#), "request_malformed");
        assert_eq!(code(r#"{"subjekt":"a"}"#), "request_invalid");
        assert_eq!(code(r#"{"subject":7}"#), "request_invalid");
        assert!(read(r#"{"subject":"a","permission":"order.view"}"#).is_ok());
    }
}
