//! PostgreSQL, RabbitMQ and the storage, restarted, killed, emptied and made to refuse at random; and messages nobody sent.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::json;
use tokio::sync::watch;

use crate::checker::QUEUES;
use crate::fleet::Fleet;
use crate::support::proxy::Mode;
use crate::support::{postgres, rabbitmq};

/// The servers of the run.
pub struct Servers {
    fleet: Arc<Mutex<Fleet>>,
    database: Option<postgres::Private>,
    broker: Option<rabbitmq::Private>,
    rng: StdRng,
    counts: BTreeMap<&'static str, usize>,
}

impl Servers {
    /// Takes them over.
    pub fn new(
        fleet: &Arc<Mutex<Fleet>>,
        database: postgres::Private,
        broker: rabbitmq::Private,
        seed: u64,
    ) -> Servers {
        Servers {
            fleet: Arc::clone(fleet),
            database: Some(database),
            broker: Some(broker),
            rng: StdRng::seed_from_u64(seed + 1),
            counts: BTreeMap::new(),
        }
    }

    /// Harms one after the other until told to stop, and leaves them whole.
    pub async fn harm(mut self, mut over: watch::Receiver<bool>) -> Servers {
        loop {
            let pause = Duration::from_millis(self.rng.random_range(1500..5000));
            if tokio::time::timeout(pause, over.wait_for(|over| *over)).await.is_ok() {
                return self;
            }
            let what = self.one().await;
            *self.counts.entry(what).or_default() += 1;
        }
    }

    async fn one(&mut self) -> &'static str {
        match self.rng.random_range(0..100) {
            0..8 => {
                let kill = self.rng.random_bool(0.5);
                self.database(kill).await;
                if kill { "PostgreSQL kill -9" } else { "PostgreSQL restart" }
            }
            8..18 => {
                self.fleet.lock().expect("no panic holds it").rows().cut_connections();
                "PostgreSQL connections cut"
            }
            18..24 => {
                let kill = self.rng.random_bool(0.5);
                self.broker(kill).await;
                if kill { "RabbitMQ kill -9" } else { "RabbitMQ restart" }
            }
            24..34 => {
                let fleet = self.fleet.lock().expect("no panic holds it");
                // One that is not there, as nobody could declare it yet, cannot be deleted.
                QUEUES.iter().for_each(|queue| fleet.dispatch().try_delete_queue(queue));
                "RabbitMQ queues deleted"
            }
            34..42 => {
                let broker = self.broker.as_ref().expect("it runs");
                broker.memory_alarm(true);
                self.pause(3000).await;
                self.broker.as_ref().expect("it runs").memory_alarm(false);
                "RabbitMQ alarm"
            }
            42..75 => self.storage().await,
            _ => {
                self.messages();
                "stale and doubled messages"
            }
        }
    }

    async fn pause(&mut self, most: u64) {
        let pause = Duration::from_millis(self.rng.random_range(200..most));
        tokio::time::sleep(pause).await;
    }

    async fn database(&mut self, kill: bool) {
        let mut server = self.database.take().expect("it runs");
        let restarting = tokio::task::spawn_blocking(move || {
            if kill {
                server.kill();
            } else {
                server.stop();
            }
            server.start_again();
            server
        });
        self.database = Some(restarting.await.expect("it starts again"));
    }

    async fn broker(&mut self, kill: bool) {
        let mut server = self.broker.take().expect("it runs");
        let restarting = tokio::task::spawn_blocking(move || {
            if kill {
                server.kill();
            } else {
                server.stop();
            }
            server.start_again();
            server
        });
        self.broker = Some(restarting.await.expect("it starts again"));
    }

    async fn storage(&mut self) -> &'static str {
        let (mode, what) = match self.rng.random_range(0..4) {
            0 => (Mode::Refuse, "storage refuses"),
            1 => (Mode::Unavailable, "storage answers 503"),
            2 => (Mode::Hang, "storage hangs"),
            _ => (Mode::CutAfter(self.rng.random_range(0..3000)), "storage tears requests"),
        };
        let set = |mode| self.fleet.lock().expect("no panic holds it").objects().set(mode);
        set(mode);
        let pause = Duration::from_millis(self.rng.random_range(200..3000));
        tokio::time::sleep(pause).await;
        set(Mode::Forward);
        what
    }

    /// Messages of jobs at random with dispatch numbers at random: old, right and future ones, some ten times.
    fn messages(&mut self) {
        let fleet = self.fleet.lock().expect("no panic holds it");
        let rows = fleet.rows().sql("select id, dispatch from jobs order by random() limit 8");
        for row in rows.lines() {
            let (id, dispatch) = row.split_once('|').expect("two columns");
            let dispatch = dispatch.parse::<i64>().expect("a number") + self.rng.random_range(-2..4);
            let text = json!({"version": 1, "job": id, "dispatch": dispatch}).to_string();
            for _ in 0..if self.rng.random_bool(0.3) { 10 } else { 1 } {
                fleet.dispatch().try_put(QUEUES[0], &text);
            }
        }
    }

    /// How often each fault came.
    pub fn counts(&self) -> BTreeMap<&'static str, usize> {
        self.counts.clone()
    }
}
