//! Processes of the program, killed, stopped, frozen and cut off at random.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use shared::clock;

use crate::fleet::{Fleet, Process};
use crate::support::wire::{Flow, Wire};

/// One process and the lines between it and its servers.
struct Member {
    role: &'static str,
    process: Process,
    variables: Vec<(&'static str, String)>,
    database: Wire,
    broker: Wire,
}

/// All of them.
pub struct Processes {
    fleet: Arc<Mutex<Fleet>>,
    members: Vec<Member>,
    rng: StdRng,
    counts: BTreeMap<&'static str, usize>,
    /// Addresses of the APIs.
    pub urls: Vec<String>,
}

const ROLES: &[&str] = &["api", "api", "scheduler", "scheduler", "worker", "worker", "worker"];

impl Processes {
    /// Starts them and waits until the APIs answer.
    pub async fn start(fleet: &Arc<Mutex<Fleet>>, seed: u64) -> Processes {
        let (database, broker) = {
            let fleet = fleet.lock().expect("no panic holds it");
            (fleet.rows().address.clone(), fleet.dispatch().address.clone())
        };
        let mut this = Processes {
            fleet: Arc::clone(fleet),
            members: Vec::new(),
            rng: StdRng::seed_from_u64(seed),
            counts: BTreeMap::new(),
            urls: Vec::new(),
        };
        for role in ROLES {
            let (database_wire, broker_wire) = (Wire::to(&database).await, Wire::to(&broker).await);
            let mut variables = vec![
                ("REGISTRAR_DATABASE_URL", database_wire.through(&database)),
                ("REGISTRAR_BROKER_URL", broker_wire.through(&broker)),
            ];
            if *role == "api" {
                let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
                let at = free.local_addr().expect("an address").to_string();
                this.urls.push(format!("http://{at}"));
                variables.push(("REGISTRAR_API_LISTEN", at));
            }
            let process = fleet.lock().expect("no panic holds it").start_with(role, &variables);
            this.members.push(Member {
                role,
                process,
                variables,
                database: database_wire,
                broker: broker_wire,
            });
        }
        let client = reqwest::Client::new();
        for url in &this.urls {
            crate::support::signals::eventually(
                "an API answers",
                crate::support::signals::LONG,
                async || client.get(format!("{url}/healthz")).send().await.ok(),
            )
            .await;
        }
        this
    }

    /// Harms one process after the other for so long.
    pub async fn harm(&mut self, long: Duration) {
        let start = clock::monotonic();
        while start.elapsed() < long {
            self.one().await;
            let pause = self.rng.random_range(500..2500);
            tokio::time::sleep(Duration::from_millis(pause)).await;
        }
    }

    async fn one(&mut self) {
        let number = self.rng.random_range(0..self.members.len());
        let fault = self.rng.random_range(0..100);
        let millis = |rng: &mut StdRng, most| Duration::from_millis(rng.random_range(0..most));
        let what = match fault {
            0..30 => {
                self.members[number].process.kill();
                tokio::time::sleep(millis(&mut self.rng, 1500)).await;
                self.start_again(number);
                "kill -9"
            }
            30..50 => {
                self.members[number].process.signal("-TERM");
                let member = &mut self.members[number];
                let asked = clock::monotonic();
                while member.process.runs() && asked.elapsed() < Duration::from_secs(8) {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                member.process.kill();
                self.start_again(number);
                "SIGTERM"
            }
            50..70 => {
                self.members[number].process.signal("-STOP");
                tokio::time::sleep(millis(&mut self.rng, 9000)).await;
                self.members[number].process.signal("-CONT");
                "SIGSTOP, SIGCONT"
            }
            70..80 => {
                let flow = if fault < 75 { Flow::Nothing } else { Flow::Requests };
                self.members[number].database.flow(flow);
                tokio::time::sleep(millis(&mut self.rng, 9000)).await;
                self.members[number].database.flow(Flow::Both);
                if fault % 2 == 0 {
                    self.members[number].database.cut();
                }
                "database cut off"
            }
            80..90 => {
                let flow = if fault < 85 { Flow::Nothing } else { Flow::Requests };
                self.members[number].broker.flow(flow);
                tokio::time::sleep(millis(&mut self.rng, 6000)).await;
                self.members[number].broker.flow(Flow::Both);
                if fault % 2 == 0 {
                    self.members[number].broker.cut();
                }
                "broker cut off"
            }
            _ => {
                self.members[number].database.cut();
                self.members[number].broker.cut();
                "lines cut"
            }
        };
        *self.counts.entry(what).or_default() += 1;
    }

    fn start_again(&mut self, number: usize) {
        let member = &mut self.members[number];
        let mut fleet = self.fleet.lock().expect("no panic holds it");
        member.process = fleet.start_with(member.role, &member.variables);
    }

    /// Ends all faults and starts what does not run, as a supervisor of the machine would.
    pub async fn mend(&mut self) {
        for number in 0..self.members.len() {
            let member = &mut self.members[number];
            member.database.flow(Flow::Both);
            member.broker.flow(Flow::Both);
            if !member.process.runs() {
                self.start_again(number);
            }
        }
    }

    /// Starts the schedulers again: a scheduler sweeps objects when it starts.
    pub fn sweep(&mut self) {
        for number in 0..self.members.len() {
            if self.members[number].role == "scheduler" {
                self.members[number].process.kill();
                self.start_again(number);
            }
        }
    }

    /// How often each fault came.
    pub fn counts(&self) -> BTreeMap<&'static str, usize> {
        self.counts.clone()
    }
}
