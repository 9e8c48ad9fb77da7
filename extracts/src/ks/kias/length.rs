//! How many days a resolution lasts (ks-kias, section 7, steps 1 to 4).

use campus::snapshot::read::{Numbers, Texts};

use super::tables::Tables;
use crate::kit::days::{Days, Decimal, Exact};

/// The length of one resolution.
#[derive(Debug)]
pub struct Length {
    /// Days; nothing when they are not known.
    pub days: Option<Exact>,
    /// V4: its duration is negative.
    pub negative: bool,
    /// V5: it has no duration and a date is missing.
    pub undated: bool,
}

/// The columns that lengths are made from.
#[derive(Debug)]
pub struct Lengths<'a> {
    duration: Texts<'a>,
    start: Numbers<'a>,
    start_time: Numbers<'a>,
    end: Numbers<'a>,
    end_time: Numbers<'a>,
}

impl<'a> Lengths<'a> {
    /// Finds the columns.
    pub fn of(tables: &'a Tables) -> Lengths<'a> {
        let table = &tables.resolution;
        Lengths {
            duration: table.texts("schoolDaysDuration"),
            start: table.numbers("startDate"),
            start_time: table.numbers("startTime"),
            end: table.numbers("endDate"),
            end_time: table.numbers("endTime"),
        }
    }

    /// The length of a resolution on the days of the chosen enrollment. The end date is a day of the removal.
    pub fn length(&self, resolution: usize, days: &Days<'_>) -> Length {
        let negative = match self.duration.get(resolution).and_then(Decimal::read) {
            Some(Decimal::Of(typed)) => {
                return Length { days: Some(typed), negative: false, undated: false };
            }
            Some(Decimal::Negative) => true,
            None => false,
        };
        let dates = self.start.get(resolution).zip(self.end.get(resolution));
        let times = self.start_time.get(resolution).zip(self.end_time.get(resolution));
        let length = dates.map(|(start, end)| match times {
            None => Exact::whole(days.count(start, end)),
            Some((from, to)) => days.length((start, from), (end, to)),
        });
        Length { undated: length.is_none(), days: length, negative }
    }
}
