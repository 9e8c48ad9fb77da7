//! The servers of these tests themselves.

use super::support::{self, postgres};

#[test]
#[should_panic(expected = "run tests/run.sh")]
fn without_servers_a_test_fails_and_says_what_to_run() {
    support::address("REGISTRAR_TEST_THAT_IS_NOT_SET");
}

#[test]
fn each_test_has_a_database_of_its_own() {
    let (one, two) = (postgres::Database::create(), postgres::Database::create());
    one.sql("create table t (x int)");
    assert_eq!(one.sql("select count(*) from t"), "0");
    assert_eq!(two.sql("select count(*) from pg_tables where tablename = 't'"), "0");
    assert_eq!(one.sql("show fsync"), "on");
}

#[test]
fn a_private_postgres_keeps_what_was_committed_through_a_kill_and_a_stop() {
    let mut server = postgres::Private::start();
    let database = server.database();
    database.sql("create table t (x int)");
    database.sql("insert into t values (1)");
    server.kill();
    server.start_again();
    assert_eq!(database.sql("select x from t"), "1");
    server.stop();
    server.start_again();
    assert_eq!(database.sql("select x from t"), "1");
}
