//! Which jobs: the filter of the list and of actions on many.

use serde_json::{Map, Value};

/// Filter of jobs. What may be repeated may also be separated by commas.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Filter {
    /// Only these states: scheduled, queued, processing, completed, failed, canceled; may be repeated.
    #[arg(long)]
    state: Vec<String>,
    /// Only these extracts; may be repeated.
    #[arg(long)]
    extract: Vec<String>,
    /// Only these districts; may be repeated.
    #[arg(long)]
    tenant: Vec<String>,
    /// Only jobs that these people submitted; may be repeated.
    #[arg(long)]
    submitter: Vec<String>,
    /// Only labels that contain this.
    #[arg(long)]
    label: Option<String>,
    /// Only this school year, by its last year.
    #[arg(long)]
    school_year: Option<u32>,
    /// Only jobs submitted later than this, such as 2026-07-01T10:00:00Z.
    #[arg(long, value_name = "TIME")]
    submitted_after: Option<String>,
    /// Only jobs submitted earlier than this.
    #[arg(long, value_name = "TIME")]
    submitted_before: Option<String>,
}

impl Filter {
    fn pairs(&self) -> Vec<(&'static str, String)> {
        let lists = [
            ("state", &self.state),
            ("extract", &self.extract),
            ("tenant", &self.tenant),
            ("submitter", &self.submitter),
        ];
        let repeated =
            lists.into_iter().flat_map(|(name, values)| values.iter().map(move |v| (name, v.clone())));
        let single = [
            ("label", self.label.clone()),
            ("school_year", self.school_year.map(|year| year.to_string())),
            ("submitted_after", self.submitted_after.clone()),
            ("submitted_before", self.submitted_before.clone()),
        ];
        repeated.chain(single.into_iter().filter_map(|(name, value)| Some((name, value?)))).collect()
    }

    /// As the query of an address, behind other parameters.
    pub fn query(&self, others: &[(&str, String)]) -> String {
        let own = self.pairs();
        let all = others.iter().map(|(n, v)| (*n, v)).chain(own.iter().map(|(n, v)| (*n, v)));
        let pairs: Vec<String> = all.map(|(n, v)| format!("{n}={}", api::view::encoded(v))).collect();
        pairs.join("&")
    }

    /// As the member of a body.
    pub fn object(&self) -> Map<String, Value> {
        let mut object = Map::new();
        for (name, value) in self.pairs() {
            let list = object.entry(name).or_insert_with(|| Value::Array(Vec::new()));
            if let Value::Array(values) = list {
                values.push(value.into());
            }
        }
        object
    }
}
