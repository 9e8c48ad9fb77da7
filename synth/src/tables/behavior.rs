//! Behavior with Kansas codes, and the records of students that go with it.

use std::io;

use crate::bundle::Job;
use crate::incidents::{self, Event};
use crate::planted::PER_MILLE;
use crate::year;

/// Incident types with their weights.
#[rustfmt::skip]
const TYPES: [(&str, u32); 18] = [
    ("2410", 300), ("2420", 200), ("2370", 40), ("2310", 40), ("2320", 15), ("2330", 10), ("2350", 10), ("2399", 15),
    ("2015", 60), ("2016", 70), ("2017", 30), ("2018", 20), ("1210", 12), ("1230", 8), ("1250", 6), ("1299", 8),
    ("3110", 100), ("", 10),
];
/// Weapon types with their weights.
#[rustfmt::skip]
const WEAPONS: [(&str, u32); 9] = [
    ("100", 10), ("200", 4), ("300", 2), ("400", 2), ("500", 2), ("600", 50), ("700", 20), ("999", 8), ("800", 2),
];
/// State resolution codes with their weights; the first ones make rows.
#[rustfmt::skip]
const RESOLUTIONS: [(&str, u32); 22] = [
    ("450", 480), ("510", 250), ("520", 8), ("550", 10), ("555", 5), ("560", 5), ("565", 5), ("001", 12), ("002", 6),
    ("730", 12), ("750", 8), ("460", 6), ("470", 8), ("710", 10), ("770", 5), ("850", 1), ("860", 3), ("870", 2),
    ("1", 2), ("410", 60), ("420", 40), ("", 62),
];
const LOCATIONS: [&str; 12] =
    ["101", "105", "110", "120", "130", "140", "150", "160", "210", "230", "299", "900"];
const TIMES: [(&str, u32); 11] = [
    ("110", 100),
    ("115", 100),
    ("120", 300),
    ("125", 50),
    ("130", 100),
    ("140", 60),
    ("150", 60),
    ("199", 30),
    ("210", 40),
    ("230", 30),
    ("299", 20),
];

/// The type of an event, the same in every table.
fn kind(event: &Event) -> &'static str {
    let whole: u32 = TYPES.iter().map(|t| t.1).sum();
    let mut left = event.kind * whole / 1_000;
    for (kind, weight) in TYPES {
        if left < weight {
            return kind;
        }
        left -= weight;
    }
    ""
}

/// Whether an event has weapons as its type.
fn armed(event: &Event) -> bool {
    matches!(kind(event), "1210" | "1230" | "1250" | "1299")
}

/// Incidents; most are complete.
pub fn incident(job: &mut Job<'_>) -> io::Result<()> {
    for incident in incidents::all(job.layout, job.traits) {
        let status = job.rng.weighted(&[("CM", 920), ("IP", 40), ("SB", 30), ("DF", 10)]);
        let time = job.rng.weighted(&TIMES);
        let after = matches!(time, "210" | "230" | "299");
        let location = LOCATIONS[job.rng.below(if after { 12 } else { 8 }) as usize];
        let what = "a place that no state definition has (KIAS warning V2)";
        let lost = job.planted.draw(&mut job.rng, "BehaviorIncident", incident.id, what);
        let clock = format!("{}T{:02}:{:02}", incident.day, incident.minute / 60, incident.minute % 60);
        let sheet = &mut *job.sheet;
        sheet.int(incident.id).int(incident.calendar.id()).text(&clock).nulls(1).text(status);
        sheet.text(if lost { "900" } else { location }).text(time).end()?;
    }
    Ok(())
}

/// Events.
pub fn event(job: &mut Job<'_>) -> io::Result<()> {
    for incident in incidents::all(job.layout, job.traits) {
        for event in &incident.events {
            let kind = kind(event);
            let name = if kind.is_empty() { "Other".to_owned() } else { format!("Incident {kind}") };
            let police = job.rng.per_mille(if armed(event) { 500 } else { 20 });
            let sheet = &mut *job.sheet;
            sheet.int(event.id).int(incident.id).text(&format!("E{kind}")).text(&name).nulls(1).text(kind);
            sheet.bool(police).end()?;
        }
    }
    Ok(())
}

/// Roles: the offender, then others.
pub fn role(job: &mut Job<'_>) -> io::Result<()> {
    for incident in incidents::all(job.layout, job.traits) {
        for event in &incident.events {
            for (nth, &person) in event.people.iter().enumerate() {
                let role = if nth == 0 { "O" } else { job.rng.pick(&["O", "P", "V", "W"]) };
                let injury = job.rng.weighted(&[("", 900), ("1", 60), ("2", 25), ("3", 10), ("4", 5)]);
                let sheet = &mut *job.sheet;
                sheet
                    .int(event.role(nth))
                    .int(event.id)
                    .int(person)
                    .text(role)
                    .nulls(4)
                    .text(injury)
                    .end()?;
            }
        }
    }
    Ok(())
}

/// Up to three resolutions of the offender, sometimes one of another.
pub fn resolution(job: &mut Job<'_>) -> io::Result<()> {
    for incident in incidents::all(job.layout, job.traits) {
        for event in &incident.events {
            for (nth, &person) in event.people.iter().enumerate() {
                let most = if nth == 0 { [(1, 75), (2, 18), (3, 7)] } else { [(0, 80), (1, 18), (2, 2)] };
                for place in 0..job.rng.weighted(&most) {
                    let id = event.role(nth) * 4 + place;
                    resolved(job, event, (id, event.role(nth), person), incident.day)?;
                }
            }
        }
    }
    Ok(())
}

fn resolved(
    job: &mut Job<'_>,
    event: &Event,
    (id, role, person): (u32, u32, u32),
    day: campus::date::Date,
) -> io::Result<()> {
    const TABLE: &str = "BehaviorResolution";
    let code = job.rng.weighted(&RESOLUTIONS);
    let start = year::later(day, 1 + job.rng.below(3));
    let days = match code {
        "520" | "550" | "555" | "560" | "565" => 10 + job.rng.below(120),
        "001" | "002" | "1" => 5 + job.rng.below(40),
        _ => job.rng.below(6),
    };
    let dates = job.rng.per_mille(600);
    let times = dates && job.rng.per_mille(500);
    let mut typed =
        if dates { String::new() } else { format!("{days}.{}", job.rng.pick(&["", "0", "5", "25"])) };
    if typed.ends_with('.') {
        typed.pop();
    }
    if job.planted.draw(&mut job.rng, TABLE, id, "negative duration (KIAS warning V4)") {
        typed = "-1".to_owned();
    }
    let undated = job.planted.draw(&mut job.rng, TABLE, id, "no duration and no end date (KIAS warning V5)");
    let clock = |minutes: u32| format!("{:02}:{:02}", minutes / 60, minutes % 60);
    let (from, to) = (clock(480 + 15 * job.rng.below(28)), clock(480 + 15 * job.rng.below(30)));
    let name = if code.is_empty() { "Conference".to_owned() } else { format!("Resolution {code}") };
    let sheet = &mut *job.sheet;
    sheet.int(id).int(role).text(&name).text(code);
    sheet.date_or_null((dates || undated).then_some(start)).text(if times { &from } else { "" });
    sheet.date_or_null((dates && !undated).then(|| year::later(start, days)));
    sheet.text(if times { &to } else { "" }).text(if undated { "" } else { &typed }).nulls(1);
    let police = matches!(code, "710" | "730" | "750" | "770");
    let referral = match police {
        true => job.rng.weighted(&[("01", 30), ("02", 30), ("03", 15), ("", 25)]),
        false => job.rng.weighted(&[("", 980), ("01", 5), ("02", 10), ("2", 5)]),
    };
    let disabled = job.traits.disability(person).is_some();
    let methods: &[&str] =
        if disabled { &["1", "2", "3", "4", "5"] } else { &["6", "7", "8", "9", "10", "11", "12"] };
    let mut method = if armed(event) && job.rng.per_mille(930) { job.rng.pick(methods) } else { "" };
    if armed(event) && job.rng.per_mille(PER_MILLE * 10) {
        job.planted.note(TABLE, id, "method of other students (KIAS validation)");
        method = if disabled { "7" } else { "2" };
    }
    let arrest = job.rng.per_mille(if police { 300 } else { 3 });
    job.sheet.text(referral).text(method).bool(arrest).end()
}

/// One or two weapons of an event that has weapons as its type, rarely of another.
pub fn weapon(job: &mut Job<'_>) -> io::Result<()> {
    for incident in incidents::all(job.layout, job.traits) {
        for event in &incident.events {
            let what = "a weapon as the reason and none on the event (KIAS warning V3)";
            let none = armed(event) && job.rng.per_mille(PER_MILLE * 10) && {
                job.planted.note("BehaviorEvent", event.id, what);
                true
            };
            let most = if armed(event) { [(1, 85), (2, 15)] } else { [(0, 99), (1, 1)] };
            let count = if none { 0 } else { job.rng.weighted(&most) };
            for nth in 0..count {
                let kind = job.rng.weighted(&WEAPONS);
                let own = job.rng.per_mille(500);
                let sheet = &mut *job.sheet;
                sheet.int(event.id * 4 + nth).int(event.id);
                if own {
                    sheet.int(event.role(0))
                } else {
                    sheet.nulls(1)
                };
                sheet.text(kind).text(&format!("Weapon {kind}")).end()?;
            }
        }
    }
    Ok(())
}

/// Foster care of one student in 150, ended or not.
pub fn foster_care(job: &mut Job<'_>) -> io::Result<()> {
    dated(job, 7, 400)
}

/// 504 plans of one student in 50.
pub fn section504(job: &mut Job<'_>) -> io::Result<()> {
    dated(job, 20, 200)
}

/// A dated record of some students: id, person, district, start, end.
fn dated(job: &mut Job<'_>, share: u32, ended: u32) -> io::Result<()> {
    let mut id = 0;
    for person in 1..=job.layout.students() {
        if !job.rng.per_mille(share) {
            continue;
        }
        id += 1;
        let from = year::date(year::ACTIVE - 1 - job.rng.below(2) as i32, 8, 1);
        let from = year::later(from, job.rng.below(250));
        let to = job.rng.per_mille(ended).then(|| year::later(from, 30 + job.rng.below(300)));
        let sheet = &mut *job.sheet;
        sheet.int(id).int(person).int(job.layout.size.number).date(from).date_or_null(to).end()?;
    }
    Ok(())
}
