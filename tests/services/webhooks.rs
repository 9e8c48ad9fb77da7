//! Conformance of webhooks in the store, the same suite on Postgres and on SQLite; and one call against a real receiver.

use std::time::Duration;

use shared::clock;
use shared::job::Job;
use shared::store::{AuditFilter, Delivery, MOST_WEBHOOKS, Store, Webhook};
use shared::webhook::message::{new_secret, signature};
use shared::webhook::{Allowed, Refused};
use uuid::Uuid;

use super::engines;
use super::store::{complete, running, submission};
use crate::support::receiver::{Receiver, Reply};

const LEASE: Duration = Duration::from_secs(30);
const NOW: Duration = Duration::ZERO;
const DAY: Duration = Duration::from_secs(86_400);

async fn add(store: &Store, tenant: &str) -> Webhook {
    let added =
        store.add_webhook(clock::new_id(), tenant, "https://hooks.example.org/x", "whsec_c2VjcmV0", "dana");
    added.await.expect("adds").expect("a webhook")
}

async fn done(store: &Store, tenant: &str) -> Job {
    let run = running(store, &submission(tenant)).await;
    assert!(complete(store, &run).await);
    run.job
}

/// What is due of one tenant's webhooks.
async fn take(store: &Store, of: &[&Webhook]) -> Vec<Delivery> {
    let taken = store.take_deliveries(LEASE, &[], 50, 500).await.expect("takes");
    let mut mine = Vec::new();
    for one in taken {
        if of.iter().any(|w| w.id == one.told.webhook) {
            mine.push(one);
        }
    }
    mine
}

async fn suite(store: &Store) {
    each_end_is_told_to_each_webhook_of_its_tenant(store).await;
    a_lease_is_one_senders(store).await;
    a_failure_comes_again_and_ends(store).await;
    a_deleted_webhook_hears_nothing_more(store).await;
    a_busy_webhook_leaves_room_for_others(store).await;
    the_log_has_pages(store).await;
    webhooks_are_few(store).await;
}

async fn each_end_is_told_to_each_webhook_of_its_tenant(store: &Store) {
    done(store, "told").await;
    let (one, two, other) = (add(store, "told").await, add(store, "told").await, add(store, "other").await);
    let job = done(store, "told").await;
    let told = take(store, &[&one, &two, &other]).await;
    let mut heard: Vec<_> = told.iter().map(|d| (d.told.webhook, d.told.job.clone())).collect();
    heard.sort();
    let mut expected = vec![
        (one.id, Some((job.id, "completed".to_owned()))),
        (two.id, Some((job.id, "completed".to_owned()))),
    ];
    expected.sort();
    assert_eq!(heard, expected, "what ended before the webhook was made is not told, nor another tenant's");
    assert!(told.iter().all(|d| d.secret == "whsec_c2VjcmV0" && !format!("{d:?}").contains("c2VjcmV0")));
    let waiting = submit(store, "told").await;
    store.cancel(waiting, "lee").await.expect("cancels");
    let told = take(store, &[&one, &two]).await;
    assert!(told.len() == 2 && told.iter().all(|d| d.told.job == Some((waiting, "canceled".to_owned()))));
}

async fn submit(store: &Store, tenant: &str) -> Uuid {
    let new = submission(tenant);
    store.submit(&new).await.expect("submits");
    new.id
}

async fn a_lease_is_one_senders(store: &Store) {
    let webhook = add(store, "lease").await;
    for _ in 0..12 {
        done(store, "lease").await;
    }
    let schedulers = (0..8).map(|_| store.take_deliveries(LEASE, &[], 4, 4));
    let mut seen = Vec::new();
    for taken in futures::future::join_all(schedulers).await {
        seen.extend(taken.expect("takes").into_iter().filter(|d| d.told.webhook == webhook.id));
    }
    seen.extend(take(store, &[&webhook]).await);
    let mut ids: Vec<Uuid> = seen.iter().map(|d| d.told.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!((ids.len(), seen.len()), (12, 12), "each has one sender");
    let first = &seen[0];
    let stranger = Delivery { lease: clock::new_run(), ..first.clone() };
    assert!(!store.delivered(&stranger, 200).await.expect("notes"), "another lease notes nothing");
    assert!(!store.not_delivered(&stranger, None, "x", NOW, DAY).await.expect("notes"));
    assert!(store.delivered(first, 204).await.expect("notes"));
    assert!(!store.delivered(first, 204).await.expect("notes"), "once");
    // A sender that dies: its lease ends, and the next one has the same id.
    let short = store.take_deliveries(NOW, &[], 50, 50).await.expect("takes");
    assert!(short.iter().all(|d| d.told.webhook != webhook.id), "they are leased");
    let id = store.test_webhook(&webhook, "dana").await.expect("asks").id;
    let died = store.take_deliveries(NOW, &[], 50, 50).await.expect("takes");
    let died = died.into_iter().find(|d| d.told.id == id).expect("the test is due");
    let again = take(store, &[&webhook]).await;
    let again = again.into_iter().find(|d| d.told.id == id).expect("it comes again");
    assert_eq!((died.told.attempts, again.told.attempts), (1, 2));
    assert!(!store.delivered(&died, 200).await.expect("notes"), "the dead one's lease is over");
    assert!(store.delivered(&again, 200).await.expect("notes"));
}

async fn a_failure_comes_again_and_ends(store: &Store) {
    let webhook = add(store, "fails").await;
    done(store, "fails").await;
    let told = async || store.deliveries(webhook.id, None, 50).await.expect("reads").remove(0);
    let first = take(store, &[&webhook]).await.remove(0);
    assert!(store.not_delivered(&first, Some(500), "It answered 500.", DAY, DAY * 3).await.expect("notes"));
    let waiting = told().await;
    assert_eq!((waiting.attempts, waiting.last_status, waiting.delivered_at), (1, Some(500), None));
    assert!(waiting.due_at.is_some_and(|at| at > waiting.at) && waiting.last_error.is_some());
    assert!(take(store, &[&webhook]).await.is_empty(), "not before its time");
    done(store, "fails").await;
    let second = take(store, &[&webhook]).await.remove(0);
    assert!(store.not_delivered(&second, None, "Nobody answered.", NOW, DAY).await.expect("notes"));
    let again = take(store, &[&webhook]).await.remove(0);
    assert_eq!((again.told.id, again.told.attempts), (second.told.id, 2));
    assert!(store.not_delivered(&again, None, "Nobody answered.", NOW, NOW).await.expect("notes"));
    let given_up = told().await;
    assert_eq!((given_up.id, given_up.due_at, given_up.delivered_at), (second.told.id, None, None));
    assert!(take(store, &[&webhook]).await.is_empty(), "given up");
    store.forget_deliveries(DAY).await.expect("forgets");
    assert_eq!(store.deliveries(webhook.id, None, 50).await.expect("reads").len(), 2);
    store.forget_deliveries(NOW).await.expect("forgets");
    let left = store.deliveries(webhook.id, None, 50).await.expect("reads");
    assert_eq!(left.iter().map(|d| d.id).collect::<Vec<_>>(), [first.told.id], "what waits is not forgotten");
}

async fn a_deleted_webhook_hears_nothing_more(store: &Store) {
    let webhook = add(store, "gone").await;
    done(store, "gone").await;
    let tenants = ["gone".to_owned()];
    assert_eq!(store.webhooks(&tenants, None).await.expect("reads")[0].waiting, 1);
    assert!(store.webhooks(&["other".to_owned()], Some(webhook.id)).await.expect("reads").is_empty());
    assert!(store.delete_webhook(webhook.id, "lee").await.expect("deletes").is_some());
    assert!(store.delete_webhook(webhook.id, "lee").await.expect("deletes").is_none());
    done(store, "gone").await;
    assert!(take(store, &[&webhook]).await.is_empty());
    assert!(store.webhooks(&tenants, None).await.expect("reads").is_empty());
    let log = AuditFilter { tenants: tenants.to_vec(), limit: 50, ..AuditFilter::default() };
    let log = store.audit_log(&log).await.expect("reads");
    let said: Vec<_> = log
        .iter()
        .filter(|a| a.detail == Some(webhook.id.to_string()))
        .map(|a| (a.person.as_str(), a.action.as_str()))
        .collect();
    assert_eq!(said, [("dana", "add webhook"), ("lee", "delete webhook")]);
}

async fn a_busy_webhook_leaves_room_for_others(store: &Store) {
    let (busy, idle) = (add(store, "busy").await, add(store, "idle").await);
    for _ in 0..6 {
        done(store, "busy").await;
    }
    done(store, "idle").await;
    let none = store.take_deliveries(LEASE, &[busy.id, idle.id], 4, 50).await.expect("takes");
    assert!(none.iter().all(|d| d.told.webhook != busy.id && d.told.webhook != idle.id));
    let some = store.take_deliveries(LEASE, &[], 4, 50).await.expect("takes");
    let of = |webhook: &Webhook| some.iter().filter(|d| d.told.webhook == webhook.id).count();
    assert_eq!((of(&busy), of(&idle)), (4, 1));
}

async fn the_log_has_pages(store: &Store) {
    let webhook = add(store, "pages").await;
    for _ in 0..3 {
        store.test_webhook(&webhook, "dana").await.expect("asks");
    }
    let first = store.deliveries(webhook.id, None, 2).await.expect("reads");
    let behind = first.last().map(|d| (d.at, d.id));
    let rest = store.deliveries(webhook.id, behind, 2).await.expect("reads");
    assert_eq!((first.len(), rest.len()), (2, 1));
    assert!(first.iter().all(|d| d.id != rest[0].id && d.at >= rest[0].at && d.job.is_none()));
}

async fn webhooks_are_few(store: &Store) {
    for _ in 0..MOST_WEBHOOKS {
        add(store, "many").await;
    }
    let more = store.add_webhook(clock::new_id(), "many", "https://hooks.example.org/x", "s", "dana");
    assert!(more.await.expect("asks").is_none());
}

#[tokio::test]
async fn webhooks_on_sqlite() {
    let (opened, _folder) = engines::sqlite().await;
    suite(&opened).await;
}

#[tokio::test]
async fn webhooks_on_postgres() {
    let (opened, _database) = engines::postgres().await;
    suite(&opened).await;
    opened.close().await;
}

/// A delivery of a test to an address, as the store would hand it out.
async fn delivery(url: &str, secret: &str) -> (tempfile::TempDir, Delivery) {
    let (store, folder) = engines::sqlite().await;
    let added = store.add_webhook(clock::new_id(), "t", url, secret, "dana").await.expect("adds");
    store.test_webhook(&added.expect("a webhook"), "dana").await.expect("asks");
    let taken = store.take_deliveries(LEASE, &[], 1, 1).await.expect("takes").remove(0);
    (folder, taken)
}

fn sender(allow: &str, networks: &str) -> scheduler::webhooks::send::Sender {
    let allowed = Allowed::parse(allow, networks).expect("good settings");
    scheduler::webhooks::send::Sender::new(allowed, Duration::from_secs(1)).expect("a sender")
}

#[tokio::test]
async fn a_call_is_signed_and_its_answer_is_understood() {
    let receiver = Receiver::start().await;
    let elsewhere = Receiver::start().await;
    let url = format!("{}/in?key=1", receiver.origin());
    let secret = new_secret();
    let (_folder, one) = delivery(&url, &secret).await;
    let local = sender(&receiver.origin(), "127.0.0.0/8");
    receiver.plan([Reply::Status(200), Reply::Status(500), Reply::Redirect(elsewhere.origin()), Reply::Hang]);
    let fine = local.send(&one).await;
    assert_eq!((fine.status, fine.fault), (Some(200), None));
    let call = receiver.calls().remove(0);
    let seconds: i64 = call.header("webhook-timestamp").parse().expect("a number");
    assert!((clock::now().timestamp() - seconds).abs() < 60);
    let id = one.told.id.to_string();
    assert_eq!(call.header("webhook-id"), id);
    assert_eq!(call.header("webhook-signature"), signature(&secret, &id, seconds, &call.body));
    assert_ne!(
        call.header("webhook-signature"),
        signature(&new_secret(), &id, seconds, &call.body),
        "another secret signs otherwise"
    );
    assert_ne!(
        call.header("webhook-signature"),
        signature(&secret, &id, seconds, &call.body.replace("test", "best")),
        "another body is signed otherwise"
    );
    let broken = local.send(&one).await;
    assert_eq!((broken.status, broken.fault.as_deref()), (Some(500), Some("The receiver answered 500.")));
    let redirected = local.send(&one).await;
    assert!(redirected.status == Some(307) && redirected.fault.is_some_and(|f| f.contains("redirects")));
    assert!(elsewhere.calls().is_empty(), "redirects are not followed");
    let silent = local.send(&one).await;
    assert_eq!(silent.fault.as_deref(), Some("The receiver did not answer within 1 s."));
    let ids: Vec<String> = receiver.calls().iter().map(|c| c.header("webhook-id").to_owned()).collect();
    assert_eq!(ids, vec![id; 4], "each try has the same id");
}

#[tokio::test]
async fn an_address_that_is_not_public_is_not_connected_to_whatever_name_leads_there() {
    let receiver = Receiver::start().await;
    let port = receiver.address.port();
    for host in ["127.0.0.1", "localhost", "2130706433", "[::ffff:127.0.0.1]"] {
        let origin = format!("http://{host}:{port}");
        let (_folder, one) = delivery(&format!("{origin}/x"), &new_secret()).await;
        let answer = sender(&origin, "").send(&one).await;
        assert_eq!(answer.status, None, "{host}");
        let said = answer.fault.expect("a fault");
        assert!(said.contains("not public"), "{host}: {said}");
    }
    // The place was allowed when the webhook was made, and is no more.
    let (_folder, one) = delivery(&receiver.origin(), &new_secret()).await;
    let answer = sender("hooks.example.org", "127.0.0.0/8").send(&one).await;
    assert_eq!(answer.fault, Some(Refused::NotAllowed(receiver.origin()).to_string()));
    assert!(receiver.calls().is_empty());
    let (_folder, one) = delivery(&format!("http://localhost:{port}/x"), &new_secret()).await;
    let open = sender(&format!("http://localhost:{port}"), "127.0.0.0/8, ::1/128").send(&one).await;
    assert_eq!(
        (open.status, receiver.calls().len()),
        (Some(204), 1),
        "the same name with its network allowed"
    );
}
