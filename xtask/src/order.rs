//! Functions that look alike beside each other: the same code, which compresses better.

use std::{collections::BTreeMap, convert::Infallible};

use wasm_encoder::{
    CodeSection, FunctionSection, Module,
    reencode::{self, Reencode, utils},
};
use wasmparser::{
    BinaryReaderError, CodeSectionReader, FunctionBody, FunctionSectionReader, ImportSectionReader,
    Parser, Payload, TypeRef,
};

use crate::run::Outcome;

/// What two functions have in common is counted in runs of so many bytes.
const RUN: usize = 5;

/// A function is put after what has most in common with it and so many before that.
const NEAR: usize = 4;

/// The module with its functions in the order in which they compress well, all that names them
/// mended.
pub fn alike(module: &[u8]) -> Outcome<Vec<u8>> {
    let unread = |error: BinaryReaderError| format!("the module cannot be read: {error}");
    let (mut imported, mut bodies) = (0, Vec::new());
    for part in Parser::new(0).parse_all(module) {
        match part.map_err(unread)? {
            Payload::ImportSection(imports) => imported = functions(imports).map_err(unread)?,
            Payload::CodeSectionEntry(body) => bodies.push(body.as_bytes()),
            _ => {}
        }
    }
    let order = order(&bodies);
    let mut mending = Mending::new(imported, order).ok_or("too many functions")?;
    let mut mended = Module::new();
    utils::parse_core_module(&mut mending, &mut mended, Parser::new(0), module)
        .map_err(|error| format!("the module cannot be written: {error}"))?;
    Ok(mended.finish())
}

fn functions(imports: ImportSectionReader<'_>) -> Result<u32, BinaryReaderError> {
    imports.into_imports().try_fold(0_u32, |count, import| {
        let function = matches!(import?.ty, TypeRef::Func(_) | TypeRef::FuncExact(_));
        Ok(count.saturating_add(function.into()))
    })
}

/// The places of the bodies, each after those that it has most in common with for its length.
fn order(bodies: &[&[u8]]) -> Vec<usize> {
    let mut near = Near::new(bodies);
    let mut left: Vec<usize> = (0..bodies.len()).collect();
    let mut order = Vec::new();
    let best = |near: &Near, left: &[usize]| {
        let places = left.iter().enumerate();
        places
            .max_by_key(|(_, body)| near.share(**body))
            .map(|(at, _)| at)
    };
    while let Some(at) = best(&near, &left) {
        let next = left.remove(at);
        near.enter(next);
        order.push(next);
        if let Some(far) = order.len().checked_sub(NEAR.saturating_add(1)) {
            order.get(far).iter().for_each(|far| near.leave(**far));
        }
    }
    order
}

/// What the bodies have in common with those that were put last.
struct Near {
    /// Of each body its runs, each once.
    runs: Vec<Vec<usize>>,
    /// Of each run the bodies that hold it, and how many of them are near.
    holders: Vec<(Vec<usize>, usize)>,
    /// Of each body how many of its runs are near.
    common: Vec<usize>,
}

impl Near {
    fn new(bodies: &[&[u8]]) -> Self {
        let mut known = BTreeMap::new();
        let mut holders: Vec<(Vec<usize>, usize)> = Vec::new();
        let mut runs = Vec::new();
        for (place, body) in bodies.iter().enumerate() {
            let mut own = Vec::new();
            for bytes in body.windows(RUN) {
                let run = *known.entry(bytes).or_insert(holders.len());
                if run == holders.len() {
                    holders.push((Vec::new(), 0));
                }
                if let Some((holders, _)) = holders.get_mut(run)
                    && holders.last() != Some(&place)
                {
                    holders.push(place);
                    own.push(run);
                }
            }
            runs.push(own);
        }
        Self {
            runs,
            holders,
            common: vec![0; bodies.len()],
        }
    }

    /// How much of a body is near, in millionths; a little less for tiny ones, of which all is
    /// easily found.
    fn share(&self, body: usize) -> usize {
        let length = self.runs.get(body).map_or(0, Vec::len);
        let common = self.common.get(body).copied().unwrap_or_default();
        let share = common
            .saturating_mul(1_000_000)
            .checked_div(length.saturating_add(4));
        share.unwrap_or_default()
    }

    fn enter(&mut self, body: usize) {
        for run in self.runs.get(body).into_iter().flatten() {
            let Some((holders, near)) = self.holders.get_mut(*run) else {
                continue;
            };
            *near = near.saturating_add(1);
            if *near == 1 {
                step(&mut self.common, holders, 1);
            }
        }
    }

    fn leave(&mut self, body: usize) {
        for run in self.runs.get(body).into_iter().flatten() {
            let Some((holders, near)) = self.holders.get_mut(*run) else {
                continue;
            };
            *near = near.saturating_sub(1);
            if *near == 0 {
                step(&mut self.common, holders, -1);
            }
        }
    }
}

fn step(common: &mut [usize], holders: &[usize], by: isize) {
    for holder in holders {
        if let Some(common) = common.get_mut(*holder) {
            *common = common.saturating_add_signed(by);
        }
    }
}

/// Writes a module anew with its functions in another order.
struct Mending {
    imported: u32,
    /// The old places, in the new order.
    order: Vec<usize>,
    /// Of each old place the new one.
    places: Vec<u32>,
}

type Error = reencode::Error<Infallible>;

impl Mending {
    fn new(imported: u32, order: Vec<usize>) -> Option<Self> {
        let mut places = vec![0; order.len()];
        for (new, old) in order.iter().enumerate() {
            *places.get_mut(*old)? = u32::try_from(new).ok()?;
        }
        Some(Self {
            imported,
            order,
            places,
        })
    }
}

impl Reencode for Mending {
    type Error = Infallible;

    fn function_index(&mut self, function: u32) -> Result<u32, Error> {
        let own = function.checked_sub(self.imported);
        let Some(own) = own.and_then(|own| usize::try_from(own).ok()) else {
            return Ok(function);
        };
        let place = self.places.get(own).ok_or(Error::InvalidCodeSectionSize)?;
        Ok(self.imported.saturating_add(*place))
    }

    fn parse_function_section(
        &mut self,
        written: &mut FunctionSection,
        section: FunctionSectionReader<'_>,
    ) -> Result<(), Error> {
        let types = section.into_iter().collect::<Result<Vec<u32>, _>>()?;
        for old in &self.order {
            written.function(*types.get(*old).ok_or(Error::InvalidCodeSectionSize)?);
        }
        Ok(())
    }

    fn parse_code_section(
        &mut self,
        written: &mut CodeSection,
        section: CodeSectionReader<'_>,
    ) -> Result<(), Error> {
        let bodies = section
            .into_iter()
            .collect::<Result<Vec<FunctionBody<'_>>, _>>()?;
        for old in self.order.clone() {
            let body = bodies.get(old).ok_or(Error::InvalidCodeSectionSize)?;
            self.parse_function_body(written, body.clone())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{alike, order};

    #[test]
    fn what_looks_alike_comes_together() {
        let bodies: [&[u8]; 4] = [b"abcdefgh", b"12345678", b"xabcdefgh", b"012345678"];
        let order = order(&bodies);
        assert!(order == [3, 1, 2, 0] || order == [3, 1, 0, 2], "{order:?}");
    }

    /// Its functions give 7, 8, what the first gives, and nothing; "ask" is the third of them.
    #[test]
    fn calls_and_exports_follow_their_functions() {
        let module = |functions: [u8; 4], ask: u8, code: [&[u8]; 4]| {
            let code = code.concat();
            let length = u8::try_from(code.len()).expect("it is short");
            [
                b"\0asm\x01\0\0\0".as_slice(),
                &[1, 8, 2, 0x60, 0, 1, 0x7f, 0x60, 0, 0],
                &[3, 5, 4],
                &functions,
                &[7, 7, 1, 3, b'a', b's', b'k', 0, ask],
                &[10, length + 1, 4],
                &code,
            ]
            .concat()
        };
        let (seven, eight) = ([4, 0, 0x41, 7, 0x0b], [4, 0, 0x41, 8, 0x0b]);
        let calls = |place| [4, 0, 0x10, place, 0x0b];
        let none = [2, 0, 0x0b];
        let before = module([0, 0, 0, 1], 2, [&seven, &eight, &calls(0), &none]);
        // Nothing is long enough to be alike, so the last comes first.
        let after = module([1, 0, 0, 0], 1, [&none, &calls(3), &eight, &seven]);
        assert_eq!(alike(&before), Ok(after));
        assert!(alike(b"text").is_err());
    }
}
