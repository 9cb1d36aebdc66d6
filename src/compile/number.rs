//! Positions between `usize` and the bytes' `u32`.

/// A position as the bytes hold it.
pub(crate) fn narrow(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// A position as memory holds it.
pub(crate) fn widen(at: u32) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}
