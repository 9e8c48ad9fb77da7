//! Migrations are compiled in; a new file must build the crate again.
fn main() {
    println!("cargo:rerun-if-changed=../migrations");
}
