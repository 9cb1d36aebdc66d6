//! Requests as they are read and written.

use keyrack::decide::{
    Request,
    request::{Amount, Attributes, Exact, ProposedConditions, Resource, Text, Value as Told},
};
use serde::{Deserialize, de::value::StringDeserializer};

/// A request with a value of every kind, of text that the request owns.
fn full() -> Request<'static> {
    let own = |text: &str| Text::from(text.to_owned());
    let attributes = vec![
        (own("yes"), Told::Boolean(true)),
        (own("whole"), Told::Integer(-7)),
        (own("text"), Told::String(own("a \"word\""))),
        (own("texts"), Told::Strings(vec![own("a"), own("b")])),
        (own("none"), Told::Other),
    ];
    Request {
        subject: own("ana"),
        permission: own("order.refund"),
        amount: Some(Amount {
            value: Exact(Some(500)),
            currency: Some(own("EUR")),
        }),
        quantity: Some(Exact(None)),
        resource: Some(Resource {
            resource_type: own("order"),
            id: own("o1"),
            attributes: Attributes(attributes),
            ..Resource::default()
        }),
        ..Request::default()
    }
}

#[test]
fn a_request_is_written_as_it_is_read() {
    let request = full();
    let text = serde_json::to_string(&request).unwrap();
    assert_eq!(serde_json::from_str::<Request<'_>>(&text).unwrap(), request);
    // In a form that names no types.
    let attributes = request.resource.unwrap().attributes;
    let bytes = postcard::to_allocvec(&attributes).unwrap();
    let back: Attributes<'_> = postcard::from_bytes(&bytes).unwrap();
    assert_eq!(back, attributes);
    for value in [Exact(None), Exact(Some(9))] {
        let bytes = postcard::to_allocvec(&value).unwrap();
        assert_eq!(postcard::from_bytes::<Exact>(&bytes).unwrap(), value);
    }
}

#[test]
fn text_is_read_however_its_source_keeps_it() {
    let escaped: Text<'_> = serde_json::from_str(r#""a \"word\"""#).unwrap();
    assert_eq!(&*escaped, "a \"word\"");
    let lent: Text<'_> = serde_json::from_str(r#""word""#).unwrap();
    assert_eq!(&*lent, "word");
    let owned = StringDeserializer::<serde::de::value::Error>::new("own".to_owned());
    assert_eq!(&*Text::deserialize(owned).unwrap(), "own");
    let told: Result<Text<'_>, _> = serde_json::from_str("7");
    assert!(told.is_err());
}

#[test]
fn a_record_without_attributes_is_written_without() {
    let mut record = full().resource.unwrap();
    let has = |record: &Resource<'_>| {
        serde_json::to_string(record)
            .unwrap()
            .contains("attributes")
    };
    assert!(has(&record));
    record.attributes = Attributes::default();
    assert!(!has(&record));
}

#[test]
fn an_attribute_told_twice_is_no_request() {
    let read = |attributes: &str| {
        let text = format!(r#"{{ "type": "order", "id": "o1", "attributes": {attributes} }}"#);
        serde_json::from_str::<Resource<'_>>(&text)
            .map(|resource| resource.attributes.0.len())
            .ok()
    };
    assert_eq!(read(r#"{ "fact": 1, "other": 1 }"#), Some(2));
    assert_eq!(read(r#"{ "fact": 1, "fact": 1 }"#), None);
    assert_eq!(read(r#"{ "fact": 1, "f\u0061ct": 2 }"#), None);
}

#[test]
fn what_a_proposal_says_that_nobody_compares_is_passed_over_whatever_it_is() {
    let text = r#"{
        "sensitiveTo": 1772445600, "budgets": [{ "id": "day", "count": 3 }], "attributes": [],
        "training": ["safety"], "stepUp": { "level": 2 }, "signInLevel": null, "rows": "self"
    }"#;
    let conditions: ProposedConditions<'_> = serde_json::from_str(text).unwrap();
    assert_eq!(conditions.rows.as_deref(), Some("self"));
}
