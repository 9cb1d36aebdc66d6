//! Routes back as a model's values.

use alloc::{borrow::ToOwned, vec::Vec};

use super::super::{
    Damaged, Snapshot,
    code::Source,
    cursor::Cursor,
    layout::Section,
    model::{Route, Segment},
    records::{self, RouteFlags},
};

impl Snapshot {
    /// All routes.
    pub fn routes(&self) -> Result<Vec<Route>, Damaged> {
        let table = self.table(Section::Routes);
        (0..table.count()?)
            .map(|number| restored_route(Cursor(table.record(number)?)))
            .collect()
    }
}

/// One route of its record.
pub fn restored_route(mut record: Cursor<'_>) -> Result<Route, Damaged> {
    let method = record.text()?.to_owned();
    let segments = records::each(record.block()?, |bytes| {
        let parameter = bytes.byte()? != 0;
        let text = bytes.text()?.to_owned();
        Ok(if parameter {
            Segment::Parameter(text)
        } else {
            Segment::Fixed(text)
        })
    });
    let segments = segments.collect::<Result<_, _>>()?;
    let permission = record.number()?;
    let flags = RouteFlags(record.byte()?);
    let mut route = Route {
        method,
        segments,
        permission,
        load_resource: flags.has(RouteFlags::LOAD_RESOURCE),
        writes_body: flags.has(RouteFlags::WRITES_BODY),
        exports: flags.has(RouteFlags::EXPORTS),
        scope: source(&mut record)?,
        amount: source(&mut record)?,
        currency: source(&mut record)?,
        resource: source(&mut record)?,
        member: source(&mut record)?,
        assignment: source(&mut record)?,
        ..Route::default()
    };
    let written = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    route.resource_type = written(record.text()?);
    route.sort = written(record.text()?);
    let filters = records::each(record, |bytes| {
        Ok((bytes.text()?.to_owned(), bytes.text()?.to_owned()))
    });
    route.filters = filters.collect::<Result<_, _>>()?;
    Ok(route)
}

fn source(record: &mut Cursor<'_>) -> Result<Option<Source>, Damaged> {
    let kind = record.byte()?;
    if kind == 0 {
        return Ok(None);
    }
    let text = record.text()?.to_owned();
    Ok(Some(match kind {
        1 => Source::Path(text),
        2 => Source::Query(text),
        3 => Source::Header(text),
        4 => Source::Body(text),
        5 => Source::Fixed(text),
        _ => return Err(Damaged),
    }))
}
