//! Who is admitted next (batch-queue, section 5). Pure: rows in, an order out.

use std::collections::{BTreeMap, HashMap, VecDeque};

use uuid::Uuid;

use super::Time;

/// A waiting job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The job.
    pub job: Uuid,
    /// Its district.
    pub tenant: String,
    /// Its extract.
    pub extract: String,
    /// High priority, or waiting longer than the aging time.
    pub high: bool,
    /// Not before this time.
    pub run_at: Time,
    /// When it was submitted.
    pub submitted_at: Time,
    /// When its tenant was last served: a number that grows.
    pub turn: i64,
}

/// Most jobs at once; `None` is no limit.
#[derive(Clone, Debug, Default)]
pub struct Running {
    /// By tenant.
    pub per_tenant: Option<i64>,
    /// By extract, over all tenants.
    pub per_extract: Option<i64>,
}

/// Starts of high-priority jobs in a row, kept from pass to pass.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Streak(u32);

/// High priority takes at most three of four starts while others wait.
const IN_A_ROW: u32 = 3;

/// Running and admitted jobs, counted for the limits; what is picked is added.
#[derive(Clone, Debug, Default)]
pub struct Busy {
    tenants: HashMap<String, i64>,
    extracts: HashMap<String, i64>,
}

impl Busy {
    /// Adds jobs of a tenant and extract.
    pub fn add(&mut self, tenant: &str, extract: &str, jobs: i64) {
        *self.tenants.entry(tenant.to_owned()).or_default() += jobs;
        *self.extracts.entry(extract.to_owned()).or_default() += jobs;
    }

    /// Jobs of a tenant.
    pub fn of_tenant(&self, tenant: &str) -> i64 {
        self.tenants.get(tenant).copied().unwrap_or_default()
    }

    /// Jobs of an extract, over all tenants.
    pub fn of_extract(&self, extract: &str) -> i64 {
        self.extracts.get(extract).copied().unwrap_or_default()
    }

    /// Whether the limits leave room for this job.
    fn admits(&self, job: &Waiting, limits: &Running) -> bool {
        limits.per_tenant.is_none_or(|most| self.of_tenant(&job.tenant) < most)
            && limits.per_extract.is_none_or(|most| self.of_extract(&job.extract) < most)
    }
}

/// Picks up to `room` jobs: high priority first, round robin between tenants (the one served longest ago first), inside a
/// tenant by `run_at`, then by submission. Returns job, tenant and the tenant's new turn.
pub fn pick(
    waiting: Vec<Waiting>,
    room: usize,
    busy: &mut Busy,
    limits: &Running,
    streak: &mut Streak,
) -> Vec<(Uuid, String, i64)> {
    let mut turns: BTreeMap<String, i64> = waiting.iter().map(|w| (w.tenant.clone(), w.turn)).collect();
    let mut next_turn = turns.values().copied().max().unwrap_or_default() + 1;
    // Interleaving lanes of priority: one queue per tenant in each class.
    let mut classes: [BTreeMap<String, VecDeque<Waiting>>; 2] = Default::default();
    let mut sorted = waiting;
    sorted.sort_by_key(|w| (w.run_at, w.submitted_at, w.job));
    for job in sorted {
        classes[usize::from(!job.high)].entry(job.tenant.clone()).or_default().push_back(job);
    }
    let mut picked = Vec::new();
    while picked.len() < room {
        let order = if streak.0 >= IN_A_ROW { [1, 0] } else { [0, 1] };
        let found = order.into_iter().find_map(|class| {
            let by_turn = classes[class]
                .iter()
                .filter_map(|(tenant, line)| {
                    Some((
                        turns[tenant],
                        tenant.clone(),
                        line.iter().position(|job| busy.admits(job, limits))?,
                    ))
                })
                .min();
            by_turn.map(|(_, tenant, place)| (class, tenant, place))
        });
        let Some((class, tenant, place)) = found else { break };
        let line = classes[class].get_mut(&tenant).expect("a tenant of this class");
        let job = line.remove(place).expect("a place in the line");
        streak.0 = if class == 0 { streak.0 + 1 } else { 0 };
        busy.add(&job.tenant, &job.extract, 1);
        turns.insert(tenant.clone(), next_turn);
        picked.push((job.job, tenant, next_turn));
        next_turn += 1;
    }
    picked
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waiting(number: u128, tenant: &str, high: bool) -> Waiting {
        let at = Time::from_timestamp(number as i64, 0).expect("a time");
        Waiting {
            job: Uuid::from_u128(number),
            tenant: tenant.to_owned(),
            extract: "probe".to_owned(),
            high,
            run_at: at,
            submitted_at: at,
            turn: 0,
        }
    }

    fn order(waiting: Vec<Waiting>, room: usize) -> Vec<u128> {
        let picked = pick(waiting, room, &mut Busy::default(), &Running::default(), &mut Streak::default());
        picked.iter().map(|p| p.0.as_u128()).collect()
    }

    #[test]
    fn tenants_take_turns() {
        let line = vec![waiting(1, "a", false), waiting(2, "a", false), waiting(3, "b", false)];
        assert_eq!(order(line, 3), [1, 3, 2]);
    }

    #[test]
    fn high_priority_takes_three_of_four_starts() {
        let mut line: Vec<_> = (1..=6).map(|n| waiting(n, "a", true)).collect();
        line.extend((7..=8).map(|n| waiting(n, "a", false)));
        assert_eq!(order(line, 8), [1, 2, 3, 7, 4, 5, 6, 8]);
    }

    #[test]
    fn limits_hold_for_admitted_jobs_too() {
        let line = vec![waiting(1, "a", false), waiting(2, "a", false), waiting(3, "b", false)];
        let mut busy = Busy::default();
        busy.add("a", "probe", 1);
        let limits = Running { per_tenant: Some(2), per_extract: None };
        let picked = pick(line.clone(), 9, &mut busy.clone(), &limits, &mut Streak::default());
        assert_eq!(picked.iter().map(|p| p.0.as_u128()).collect::<Vec<_>>(), [1, 3]);
        let limits = Running { per_tenant: None, per_extract: Some(2) };
        assert_eq!(pick(line, 9, &mut busy, &limits, &mut Streak::default()).len(), 1);
    }

    #[test]
    fn the_tenant_served_longest_ago_goes_first() {
        let mut late = waiting(1, "a", false);
        late.turn = 7;
        let mut early = waiting(2, "b", false);
        early.turn = 3;
        let picked =
            pick(vec![late, early], 1, &mut Busy::default(), &Running::default(), &mut Streak::default());
        assert_eq!(picked, [(Uuid::from_u128(2), "b".to_owned(), 8)]);
    }
}
