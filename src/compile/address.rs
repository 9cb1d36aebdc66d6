//! Address blocks.

use std::net::IpAddr;

/// Why a block is refused.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum AddressFlaw {
    /// No address, or no prefix length for it.
    Form,
    /// Bits are set behind the prefix; holds the block that may be meant.
    Host(String),
}

const MAPPED_PREFIX: u8 = 96;

/// Reads `address/prefix`, or a bare address as a block of one. IPv4 becomes IPv6-mapped.
pub(crate) fn block(text: &str) -> Result<([u8; 16], u8), AddressFlaw> {
    let (address, prefix) = match text.split_once('/') {
        Some((address, prefix)) => (address, Some(prefix)),
        None => (text, None),
    };
    let address: IpAddr = address.parse().map_err(|_| AddressFlaw::Form)?;
    let (octets, longest, shift) = match address {
        IpAddr::V4(address) => (address.to_ipv6_mapped().octets(), 32, MAPPED_PREFIX),
        IpAddr::V6(address) => (address.octets(), 128, 0),
    };
    let prefix: u8 = match prefix {
        None => longest,
        Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            digits.parse().map_err(|_| AddressFlaw::Form)?
        }
        Some(_) => return Err(AddressFlaw::Form),
    };
    if prefix > longest {
        return Err(AddressFlaw::Form);
    }
    let length = prefix.saturating_add(shift);
    let masked = mask(octets, length);
    if masked == octets {
        return Ok((octets, length));
    }
    let network = std::net::Ipv6Addr::from(masked);
    let written = match address {
        IpAddr::V4(_) => network
            .to_ipv4_mapped()
            .map_or_else(|| network.to_string(), |address| address.to_string()),
        IpAddr::V6(_) => network.to_string(),
    };
    Err(AddressFlaw::Host(format!("{written}/{prefix}")))
}

fn mask(octets: [u8; 16], length: u8) -> [u8; 16] {
    let length = u32::from(length);
    let keep = match 128_u32.checked_sub(length) {
        Some(128) | None => 0,
        Some(host) => u128::MAX.wrapping_shl(host),
    };
    (u128::from_be_bytes(octets) & keep).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::{AddressFlaw, block};

    #[test]
    fn blocks_of_both_kinds_become_sixteen_bytes() {
        let (octets, length) = block("203.0.113.0/24").unwrap();
        assert_eq!(octets[10..], [0xff, 0xff, 203, 0, 113, 0]);
        assert_eq!(length, 120);
        assert_eq!(block("203.0.113.7").unwrap().1, 128);
        assert_eq!(block("2001:db8::/32").unwrap().1, 32);
        assert_eq!(block("0.0.0.0/0").unwrap().1, 96);
        assert_eq!(block("::/0").unwrap().1, 0);
    }

    #[test]
    fn bits_behind_the_prefix_are_told() {
        assert_eq!(
            block("203.0.113.9/24"),
            Err(AddressFlaw::Host("203.0.113.0/24".to_owned()))
        );
        for wrong in [
            "office",
            "203.0.113.0/33",
            "203.0.113.0/+8",
            "203.0.113/24",
            "",
        ] {
            assert_eq!(block(wrong), Err(AddressFlaw::Form), "{wrong}");
        }
    }
}
