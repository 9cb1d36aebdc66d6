//! Internet addresses as text. The standard parser does the same in six times the bytes, for it
//! brings formatting along.

/// The sixteen bytes of an address; an IPv4 one is mapped into IPv6.
#[must_use]
pub fn parse(text: &str) -> Option<[u8; 16]> {
    let text = text.as_bytes();
    if let Some([a, b, c, d]) = four(text) {
        return Some([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a, b, c, d]);
    }
    let gap = text.windows(2).position(|pair| pair == b"::");
    let mut address = [0; 16];
    let Some(gap) = gap else {
        return (groups(text, true, &mut address)? == 16).then_some(address);
    };
    let (mut head, mut tail) = ([0; 16], [0; 16]);
    let before = groups(text.get(..gap)?, false, &mut head)?;
    let behind = groups(text.get(gap.checked_add(2)?..)?, true, &mut tail)?;
    // The gap stands for one group at least.
    let start = 16_usize.checked_sub(behind)?;
    if before.checked_add(2)? > start {
        return None;
    }
    put(&mut address, 0, head.get(..before)?)?;
    put(&mut address, start, tail.get(..behind)?)?;
    Some(address)
}

/// `1.2.3.4`, without leading zeros.
fn four(text: &[u8]) -> Option<[u8; 4]> {
    let mut bytes = [0; 4];
    let mut parts = text.split(|byte| *byte == b'.');
    for byte in &mut bytes {
        let part = parts.next()?;
        if part.len() > 3 || part.len() > 1 && part.first() == Some(&b'0') {
            return None;
        }
        *byte = u8::try_from(number(part, 10)?).ok()?;
    }
    parts.next().is_none().then_some(bytes)
}

/// Groups between colons into bytes; gives how many. The last may be an IPv4 address where `end`.
fn groups(text: &[u8], end: bool, bytes: &mut [u8; 16]) -> Option<usize> {
    let mut used = 0_usize;
    if text.is_empty() {
        return Some(used);
    }
    let mut parts = text.split(|byte| *byte == b':').peekable();
    while let Some(part) = parts.next() {
        let last = end && parts.peek().is_none();
        if let Some(four) = four(part).filter(|_| last) {
            return put(bytes, used, &four);
        }
        if part.len() > 4 {
            return None;
        }
        let group = u16::try_from(number(part, 16)?).ok()?.to_be_bytes();
        used = put(bytes, used, &group)?;
    }
    Some(used)
}

/// Writes some bytes from a place on; gives the place after them.
fn put(bytes: &mut [u8; 16], start: usize, part: &[u8]) -> Option<usize> {
    let mut place = start;
    for byte in part {
        *bytes.get_mut(place)? = *byte;
        place = place.checked_add(1)?;
    }
    Some(place)
}

/// Digits, at least one and at most four.
fn number(digits: &[u8], radix: u32) -> Option<u32> {
    let mut number = 0_u32;
    for digit in digits {
        let digit = char::from(*digit).to_digit(radix)?;
        number = number.checked_mul(radix)?.checked_add(digit)?;
    }
    (!digits.is_empty()).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::parse;
    use core::net::IpAddr;
    use proptest::prelude::*;

    fn standard(text: &str) -> Option<[u8; 16]> {
        text.parse().ok().map(|address| match address {
            IpAddr::V4(address) => address.to_ipv6_mapped().octets(),
            IpAddr::V6(address) => address.octets(),
        })
    }

    #[test]
    fn addresses_are_read_as_the_standard_reads_them() {
        for text in [
            "203.0.113.7",
            "0.0.0.0",
            "255.255.255.255",
            "256.1.1.1",
            "01.2.3.4",
            "1.2.3",
            "1.2.3.4.5",
            "1.2.3.",
            ".1.2.3",
            "1..2.3",
            "",
            ":",
            "::",
            ":::",
            "::1",
            "1::",
            "1::2",
            "2001:db8::1",
            "1:2:3:4:5:6:7:8",
            "1:2:3:4:5:6:7",
            "1:2:3:4:5:6:7:8:9",
            "1:2:3:4:5:6:7::",
            "::2:3:4:5:6:7:8",
            "1::3:4:5:6:7:8",
            "1:2:3:4::5:6:7:8",
            "::ffff:1.2.3.4",
            "1.2.3.4::",
            "::1.2.3.4:5",
            "1:2:3:4:5:6:1.2.3.4",
            "1:2:3:4:5:6:7:1.2.3.4",
            "::12345",
            "::g",
            "fe80::1%eth0",
            "[::1]",
            "1::2::3",
            " ::1",
            "::1 ",
            "+1.2.3.4",
            "1.2.3.4:80",
            "::01.2.3.4",
            "FFFF::",
            "0:0::0:0",
        ] {
            assert_eq!(parse(text), standard(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn random_text_is_read_as_the_standard_reads_it(text in "[0-9a-f:.]{0,24}") {
            prop_assert_eq!(parse(&text), standard(&text));
        }

        #[test]
        fn random_addresses_are_read_back(bytes: [u8; 16], v4: [u8; 4]) {
            let six = core::net::Ipv6Addr::from(bytes).to_string();
            prop_assert_eq!(parse(&six), Some(bytes));
            let four = core::net::Ipv4Addr::from(v4).to_string();
            prop_assert_eq!(parse(&four), standard(&four));
        }
    }
}
